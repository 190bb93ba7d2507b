package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.failure;
import static io.quiver.BusFixture.name;
import static io.quiver.BusFixture.row;
import static io.quiver.BusFixture.upsert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.rest.RestOptions;
import io.quiver.message.CollectionConfig;
import io.quiver.message.GetVectors;
import io.quiver.message.SearchVectors;
import io.quiver.ops.OpsOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping: nothing acknowledged is lost, nothing is left behind. */
class LifecycleTest {
  private static final String HOST = "127.0.0.1";
  private static final int WARM_CYCLES = 20;
  private static final int CYCLES = 80;
  private static final CollectionName POINTS = name("points");

  @TempDir private Path data;

  @Test
  void everyAcknowledgedWriteIsThereAfterAStopUnderLoad() throws Exception {
    List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger next = new AtomicInteger();
    AtomicBoolean refused = new AtomicBoolean();
    Vertx vertx = Vertx.vertx();
    Quiver quiver = await(Quiver.start(vertx, QuiverOptions.embedded(data)));
    QuiverClient client = quiver.client();
    await(client.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      writers.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!refused.get()) {
                  String id = "r" + next.getAndIncrement();
                  try {
                    await(client.write(upsert(POINTS, row(id, 1, 2))));
                    acknowledged.add(id);
                  } catch (Exception e) {
                    refused.set(true);
                  }
                }
              }));
    }
    while (acknowledged.size() < 200 && !refused.get()) {
      Thread.onSpinWait();
    }
    assertThat(refused).as("refused before the stop").isFalse();
    await(quiver.stop());
    for (Thread writer : writers) {
      writer.join();
    }
    await(vertx.close());
    try (BusFixture again = new BusFixture(data)) {
      List<VectorId> ids = acknowledged.stream().map(VectorId::new).toList();
      assertThat(await(again.client().get(new GetVectors(POINTS, ids, true, true))).rows())
          .hasSameSizeAs(acknowledged);
    }
  }

  @Test
  void afterTheStopEveryRequestIsUnavailable() throws Exception {
    BusFixture node = new BusFixture(data);
    await(node.client().create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
    await(node.quiver().stop());
    assertThat(failure(node.client().list())).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure(node.client().search(SearchVectors.of(POINTS, DenseVector.of(1, 2), 1))))
        .isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure(node.client().write(upsert(POINTS, row("a", 1, 2)))))
        .isEqualTo(ErrorCode.UNAVAILABLE);
    await(node.vertx().close());
  }

  /** Vert.x stops a verticle's children first and all at once: Quiver must not become one. */
  @Test
  void anApplicationsVerticleStartsItAndStopsIt() throws Exception {
    Vertx vertx = Vertx.vertx();
    Application application = new Application(vertx, QuiverOptions.embedded(data));
    String id = await(vertx.deployVerticle(application));
    QuiverClient client = application.quiver.client();
    await(client.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
    await(client.write(upsert(POINTS, row("a", 1, 2))));
    Future<?> last = client.write(upsert(POINTS, row("b", 1, 2)));
    await(vertx.undeploy(id));
    await(vertx.close());
    long there = last.succeeded() ? 2 : 1;
    try (BusFixture again = new BusFixture(data)) {
      assertThat(await(again.client().describe(POINTS)).stats().vectorCount())
          .isGreaterThanOrEqualTo(there);
    }
  }

  /** Nobody stops Quiver: what was acknowledged is there, and the directory is free at once. */
  @Test
  void aVertxThatIsClosedStopsItInOrder() throws Exception {
    QuiverOptions options =
        QuiverOptions.embedded(data)
            .withRest(RestOptions.of(HOST, 0))
            .withGrpc(GrpcOptions.of(HOST, 0));
    for (int i = 0; i < 3; i++) {
      Vertx vertx = Vertx.vertx();
      QuiverClient client = await(Quiver.start(vertx, options)).client();
      if (i == 0) {
        await(client.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
      }
      await(client.write(upsert(POINTS, row("r" + i, 1, 2))));
      Future<?> last = client.write(upsert(POINTS, row("last", 1, 2)));
      await(vertx.close());
      assertThat(last.isComplete()).as("whoever asked has an answer").isTrue();
      assertThat(quiverThreads()).as("threads of Quiver that live on").isEmpty();
    }
    try (BusFixture again = new BusFixture(data)) {
      assertThat(await(again.client().describe(POINTS)).stats().vectorCount()).isBetween(3L, 4L);
    }
  }

  /** Both ways of the end at once, and one after the other. */
  @Test
  void aStopAndACloseEndItOnce() throws Exception {
    Vertx vertx = Vertx.vertx();
    Quiver quiver = await(Quiver.start(vertx, QuiverOptions.embedded(data)));
    Future<Void> stopped = quiver.stop();
    Future<Void> closed = vertx.close();
    await(stopped);
    await(closed);
    assertThat(quiver.stop().succeeded()).as("a late stop").isTrue();
    new BusFixture(data).close();
  }

  private static final class Application extends VerticleBase {
    private final Vertx owner;
    private final QuiverOptions options;
    private Quiver quiver;

    Application(Vertx owner, QuiverOptions options) {
      this.owner = owner;
      this.options = options;
    }

    @Override
    public Future<?> start() {
      return Quiver.start(owner, options).onSuccess(started -> quiver = started);
    }

    @Override
    public Future<?> stop() {
      return quiver.stop();
    }
  }

  @Test
  void aSecondNodeOnTheSameVertxIsRefusedAndTheFirstGoesOn(@TempDir Path other) throws Exception {
    try (BusFixture node = new BusFixture(data)) {
      assertThatThrownBy(() -> await(Quiver.start(node.vertx(), QuiverOptions.embedded(other))))
          .rootCause()
          .isInstanceOf(QuiverException.class)
          .hasMessageContaining("has a Quiver node already");
      assertThat(await(node.client().list())).isEmpty();
    }
  }

  @Test
  void aStartThatFailsLeavesNothingBehind() throws Exception {
    try (BusFixture first = new BusFixture(data)) {
      Set<Thread> before = quiverThreads();
      assertThatThrownBy(() -> new BusFixture(data).close()).hasMessageContaining("in use");
      assertThat(quiverThreads()).isEqualTo(before);
      assertThat(await(first.client().list())).isEmpty();
    }
    Path taken = data.resolve("taken");
    QuiverOptions served = QuiverOptions.embedded(data).withRest(RestOptions.of(HOST, 0));
    try (BusFixture first = new BusFixture(served)) {
      RestOptions samePort = RestOptions.of(HOST, first.quiver().restPort());
      QuiverOptions clash = QuiverOptions.embedded(taken).withRest(samePort);
      assertThatThrownBy(() -> new BusFixture(clash).close()).hasMessageContaining("in use");
    }
    new BusFixture(taken).close();
  }

  @Test
  void everyFrontAnswersOnAFreePort() throws Exception {
    QuiverOptions options =
        QuiverOptions.embedded(data)
            .withRest(RestOptions.of(HOST, 0))
            .withGrpc(GrpcOptions.of(HOST, 0))
            .withOps(OpsOptions.of(HOST, 0));
    try (BusFixture node = new BusFixture(options);
        HttpClient http = HttpClient.newHttpClient()) {
      Quiver quiver = node.quiver();
      assertThat(Set.of(quiver.restPort(), quiver.grpcPort(), quiver.opsPort()))
          .hasSize(3)
          .doesNotContain(0);
      for (int i = 0; i < 4; i++) { // both instances of the REST front get their turn
        assertThat(status(http, quiver.restPort(), "/collections")).isEqualTo(200);
      }
      assertThat(status(http, quiver.opsPort(), "/health/ready")).isEqualTo(200);
    }
  }

  /** Threads of a cycle end with it, and no class of ours has an object more for each cycle. */
  @Test
  void aHundredCyclesLeakNeitherThreadsNorMemory() throws Exception {
    Vertx vertx = Vertx.vertx();
    QuiverOptions options =
        QuiverOptions.embedded(data)
            .withRest(RestOptions.of(HOST, 0))
            .withGrpc(GrpcOptions.of(HOST, 0))
            .withOps(OpsOptions.of(HOST, 0));
    Map<String, Long> warm = Map.of();
    for (int cycle = 1; cycle <= WARM_CYCLES + CYCLES; cycle++) {
      oneCycle(vertx, options, cycle);
      if (cycle == WARM_CYCLES) {
        warm = liveObjects();
      }
    }
    assertThat(quiverThreads()).as("threads of Quiver that live on").isEmpty();
    Map<String, Long> leaked = liveObjects();
    for (Map.Entry<String, Long> before : warm.entrySet()) {
      leaked.merge(before.getKey(), -before.getValue(), Long::sum);
    }
    leaked.values().removeIf(more -> more < CYCLES);
    assertThat(leaked).as("objects more than after %d cycles", WARM_CYCLES).isEmpty();
    await(vertx.close());
  }

  private static void oneCycle(Vertx vertx, QuiverOptions options, int cycle) throws Exception {
    Quiver quiver = await(Quiver.start(vertx, options));
    QuiverClient client = quiver.client();
    if (cycle == 1) {
      await(client.create(CollectionConfig.of("points", 2, Metric.EUCLIDEAN)));
    }
    await(client.write(upsert(POINTS, row("r" + cycle % 10, cycle, 2))));
    int there = Math.min(cycle, 10);
    Future<io.quiver.message.SearchHits> search =
        client.search(SearchVectors.of(POINTS, DenseVector.of(1, 2), 100));
    assertThat(await(search).hits()).hasSize(there);
    await(quiver.stop());
  }

  private static int status(HttpClient http, int port, String path) throws Exception {
    URI uri = URI.create("http://" + HOST + ":" + port + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  /** Threads of Quiver; the one that started or stopped it may still be on its way out. */
  private static Set<Thread> quiverThreads() throws InterruptedException {
    Set<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("quiver"))
            .collect(Collectors.toSet());
    for (Thread thread : threads) {
      if (thread.getName().equals("quiver-start") || thread.getName().equals("quiver-stop")) {
        thread.join(10_000);
      }
    }
    threads.removeIf(thread -> !thread.isAlive());
    return threads;
  }

  /** How many objects of each class of ours are reachable; counting collects the others first. */
  private static Map<String, Long> liveObjects() throws Exception {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Map<String, Long> objects = new TreeMap<>();
    for (String line : ((String) histogram).lines().toList()) {
      String[] words = line.strip().split("\\s+", -1); // Number, objects, bytes, class.
      if (words.length > 3 && words[3].startsWith("io.quiver.")) {
        // A class that the JVM makes of a lambda has an address behind its name.
        objects.merge(words[3].replaceFirst("/0x.*", ""), Long.valueOf(words[1]), Long::sum);
      }
    }
    assertThat(objects).containsKey(LifecycleTest.class.getName());
    return objects;
  }
}
