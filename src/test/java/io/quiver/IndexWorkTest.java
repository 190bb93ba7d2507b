package io.quiver;

import static io.quiver.BusFixture.await;
import static io.quiver.BusFixture.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.bus.QuiverClient;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CompactCollection;
import io.quiver.message.Hit;
import io.quiver.message.IndexWork;
import io.quiver.message.IndexWork.Phase;
import io.quiver.message.RebuildIndex;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.testkit.Vectors;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rebuilds and compactions of a real node, with its own threads, over REST and the bus. */
class IndexWorkTest {
  private static final CollectionName NAME = name("c");
  private static final int ROWS = 3_000;

  @TempDir private Path data;
  private final float[][] vectors = Vectors.gaussian(4, ROWS, 8);
  private BusFixture node;
  private QuiverClient client;

  @BeforeEach
  void open() throws Exception {
    node = new BusFixture(QuiverOptions.embedded(data).withRest(RestOptions.of("127.0.0.1", 0)));
    client = node.client();
    await(client.create(CollectionConfig.of("c", 8, Metric.EUCLIDEAN).withShards(2)));
    write();
  }

  private void write() throws Exception {
    await(
        client.write(
            WriteVectors.upsert(
                NAME,
                IntStream.range(0, ROWS)
                    .mapToObj(i ->
                        new Row(new VectorId("r" + i), DenseVector.of(vectors[i]), Metadata.ABSENT))
                    .toList())));
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  @Test
  void searchesNoticeNothingOfARebuild() throws Exception {
    RestServer rest = RestServer.at(node.quiver().restPort());
    assertThat(rest.get("/collections/c/index").data().get("work").asText()).isEqualTo("none");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger reads = new AtomicInteger();
    AtomicReference<Throwable> fault = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get() && fault.get() == null) {
                try {
                  // Its own row is what a search finds first, in whichever graph.
                  int row = reads.incrementAndGet() % ROWS;
                  SearchVectors search = SearchVectors.of(NAME, DenseVector.of(vectors[row]), 10);
                  assertThat(await(client.search(search)).hits())
                      .hasSize(10)
                      .first()
                      .extracting(Hit::id)
                      .isEqualTo(new VectorId("r" + row));
                } catch (Throwable e) {
                  fault.set(e);
                }
              }
            });
    RestServer.Reply begun =
        rest.post(
            "/collections/c/index/rebuild",
            "{\"index_config\":{\"max_connections\":24,\"ef_construction\":80}}");
    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.data().get("work").asText()).isEqualTo("rebuild");
    IndexWork work = settled();
    assertThat(work.phase()).as(work.message()).isEqualTo(Phase.DONE);
    assertThat(work.done()).isEqualTo(work.total()).isEqualTo(ROWS);
    over.set(true);
    reader.join();
    assertThat(fault.get()).isNull();
    assertThat(await(client.describe(NAME)).config().index().maxConnections()).isEqualTo(24);
    assertThat(rest.get("/collections/c/index").data().get("phase").asText()).isEqualTo("done");
  }

  @Test
  void aCompactionThatIsAskedForTakesDeadRowsAway() throws Exception {
    write(); // Half of the rows are dead now, or were compacted already.
    await(client.compact(new CompactCollection(NAME)));
    assertThat(settled().phase()).isEqualTo(Phase.DONE);
    assertThat(await(client.describe(NAME)).stats().deletedRows()).isZero();
    assertThat(await(client.describe(NAME)).stats().vectorCount()).isEqualTo(ROWS);
  }

  /** What was not committed did not happen, and the next start says nothing of it. */
  @Test
  void aStopInTheMiddleLeavesTheOldIndex() throws Exception {
    await(client.rebuildIndex(new RebuildIndex(NAME, Optional.empty())));
    node.close();
    node = new BusFixture(data);
    client = node.client();
    assertThat(await(client.describeIndex(NAME))).isEqualTo(IndexWork.NONE);
    SearchVectors search = SearchVectors.of(NAME, DenseVector.of(vectors[5]), 1);
    assertThat(await(client.search(search)).hits().getFirst().id()).isEqualTo(new VectorId("r5"));
  }

  /** Asks until it has ended; each question is a round over the bus. */
  private IndexWork settled() throws Exception {
    IndexWork work = await(client.describeIndex(NAME));
    while (work.phase().isUnderWay()) {
      work = await(client.describeIndex(NAME));
    }
    return work;
  }
}
