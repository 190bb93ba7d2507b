package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quiver.bus.QuiverClient;
import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import io.quiver.ops.Metrics;
import io.quiver.ops.OpsOptions;
import io.quiver.ops.OpsVerticle;
import io.quiver.testkit.FakeNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/} and the {@code Dockerfile} against the server's own defaults, and each other. */
class DeploymentFilesTest {
  private static final Path K8S = Markdown.ROOT.resolve("k8s");
  private static final YAMLMapper YAML = new YAMLMapper();

  @TempDir private Path folder;
  private final Map<String, JsonNode> objects = new HashMap<>();

  @BeforeEach
  void read() throws IOException {
    JsonNode kustomization = YAML.readTree(Files.readString(K8S.resolve("kustomization.yaml")));
    List<String> named = new ArrayList<>();
    kustomization.get("resources").forEach(file -> named.add(file.asText()));
    try (Stream<Path> files = Files.list(K8S)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("every file is applied")
          .filteredOn(file -> !file.equals("kustomization.yaml"))
          .containsExactlyInAnyOrderElementsOf(named);
    }
    for (String file : named) {
      try (MappingIterator<JsonNode> documents =
          YAML.readerFor(JsonNode.class).readValues(Files.readString(K8S.resolve(file)))) {
        while (documents.hasNext()) {
          JsonNode object = documents.next();
          String kind = object.get("kind").asText();
          objects.put(kind + "/" + object.at("/metadata/name").asText(), object);
        }
      }
    }
  }

  @Test
  void portsAreThoseOfTheServer() {
    Map<String, Integer> ports = new HashMap<>();
    container()
        .get("ports")
        .forEach(each -> ports.put(each.get("name").asText(), each.get("containerPort").asInt()));
    assertThat(ports)
        .isEqualTo(
            Map.of(
                "rest", port(Key.REST_PORT),
                "grpc", port(Key.GRPC_PORT),
                "metrics", port(Key.METRICS_PORT)));
    for (String service : List.of("Service/quiver", "Service/quiver-pods")) {
      object(service)
          .at("/spec/ports")
          .forEach(each -> {
            assertThat(each.get("targetPort")).isEqualTo(each.get("name"));
            assertThat(each.get("port").asInt()).isEqualTo(ports.get(each.get("name").asText()));
          });
    }
    object("NetworkPolicy/quiver")
        .at("/spec/ingress")
        .forEach(rule ->
            rule.get("ports")
                .forEach(each -> assertThat(ports).containsKey(each.get("port").asText())));
  }

  /** The file in the ConfigMap is one that the server takes, and says what the rest relies on. */
  @Test
  void theConfigurationIsTaken() throws IOException {
    String text = object("ConfigMap/quiver").at("/data/quiver.yaml").asText();
    Path file = Files.writeString(folder.resolve("quiver.yaml"), text);
    Settings settings =
        Settings.resolve(Flags.plain(List.of("--config=" + file)).orElseThrow(), Map.of());
    assertThat(settings.warnings()).isEmpty();
    Map<String, String> mounts = new HashMap<>();
    container()
        .get("volumeMounts")
        .forEach(each -> mounts.put(each.get("name").asText(), each.get("mountPath").asText()));
    assertThat(mounts).containsEntry("data", settings.text(Key.DATA_DIR)).containsKey("tmp");
    assertThat(statefulSet().at("/volumeClaimTemplates/0/metadata/name").asText())
        .isEqualTo("data");
    assertThat(container().get("args"))
        .extracting(JsonNode::asText)
        .containsExactly("serve", "--config", mounts.get("config") + "/quiver.yaml");
    assertThat(settings.text(Key.HOST)).isEqualTo("0.0.0.0");
  }

  /**
   * What the Secret holds are settings, and the pod reads them; of those it has none is a secret.
   */
  @Test
  void secretsAreSettingsThatThePodGetsAsVariables() {
    JsonNode secret = object("Secret/quiver");
    assertThat(secret.get("stringData").fieldNames())
        .toIterable()
        .isSubsetOf(Stream.of(Key.values()).map(Key::variable).toList());
    assertThat(container().at("/envFrom/0/secretRef/name").asText())
        .isEqualTo(secret.at("/metadata/name").asText());
    assertThat(object("ConfigMap/quiver").at("/data/quiver.yaml").asText())
        .doesNotContainPattern("(?m)^[a-z_]*(key|keys|token|secret|password):");
  }

  @Test
  void probesAndTheMonitorAskForWhatIsServed() throws Exception {
    List<String> paths = new ArrayList<>();
    for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
      JsonNode get = container().at("/" + probe + "/httpGet");
      assertThat(get.get("port").asText()).isEqualTo("metrics");
      paths.add(get.get("path").asText());
    }
    JsonNode monitor = object("ServiceMonitor/quiver");
    JsonNode endpoint = monitor.at("/spec/endpoints/0");
    assertThat(endpoint.get("port").asText()).isEqualTo("metrics");
    paths.add(endpoint.get("path").asText());
    assertThat(paths).containsExactly("/health/live", "/health/live", "/health/ready", "/metrics");
    assertServed(paths);
    JsonNode wanted = monitor.at("/spec/selector/matchLabels");
    assertThat(object("Service/quiver").at("/metadata/labels")).containsAll(wanted);
    assertThat(
            object("Service/quiver-pods").at("/metadata/labels/quiver.io~1scrape").isMissingNode())
        .as("or it would be scraped twice")
        .isTrue();
  }

  private static void assertServed(List<String> paths) throws Exception {
    Vertx vertx = Vertx.vertx();
    FakeNode node = new FakeNode(vertx);
    try (HttpClient http = HttpClient.newHttpClient();
        Metrics metrics = new Metrics()) {
      OpsVerticle ops =
          new OpsVerticle(OpsOptions.of("0.0.0.0", 0), QuiverClient.create(vertx), metrics);
      vertx.deployVerticle(ops).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
      for (String path : paths) {
        URI uri = URI.create("http://127.0.0.1:" + ops.actualPort() + path);
        assertThat(
                http.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode())
            .as(path)
            .isEqualTo(200);
      }
    } finally {
      node.close();
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void everythingMeansTheSamePods() {
    JsonNode labels = statefulSet().at("/template/metadata/labels");
    assertThat(labels.isEmpty()).isFalse();
    assertThat(statefulSet().at("/selector/matchLabels")).isEqualTo(labels);
    assertThat(object("PodDisruptionBudget/quiver").at("/spec/selector/matchLabels"))
        .isEqualTo(labels);
    assertThat(object("NetworkPolicy/quiver").at("/spec/podSelector/matchLabels"))
        .isEqualTo(labels);
    assertThat(object("Service/quiver").at("/spec/selector")).isEqualTo(labels);
    assertThat(object("Service/quiver-pods").at("/spec/selector")).isEqualTo(labels);
    assertThat(statefulSet().get("serviceName").asText()).isEqualTo("quiver-pods");
  }

  @Test
  void thePodIsRestrictedAndAlone() {
    JsonNode pod = statefulSet().at("/template/spec");
    assertThat(statefulSet().get("replicas").asInt()).as("a directory has one process").isOne();
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    JsonNode own = container().get("securityContext");
    assertThat(own.get("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(own.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(pod.get("terminationGracePeriodSeconds").asInt()).isGreaterThan(30);
  }

  /** What an image holds, and how it starts. Nothing here builds it. */
  @Test
  void theImageHasWhatItCopiesAndStartsWithFlagsThatExist() throws IOException {
    String text = Files.readString(Markdown.ROOT.resolve("Dockerfile"));
    for (String line : text.lines().filter(each -> each.matches("COPY [^-].*")).toList()) {
      List<String> words = List.of(line.split(" "));
      for (String source : words.subList(1, words.size() - 1)) {
        assertThat(Markdown.ROOT.resolve(source)).exists();
      }
    }
    assertThat(text)
        .contains(
            "EXPOSE %d %d %d\n"
                .formatted(port(Key.REST_PORT), port(Key.GRPC_PORT), port(Key.METRICS_PORT)));
    JsonNode user = statefulSet().at("/template/spec/securityContext");
    assertThat(text)
        .contains("USER %s:%s\n".formatted(user.get("runAsUser"), user.get("runAsGroup")));
    Matcher command = Pattern.compile("CMD (\\[.*])").matcher(text);
    assertThat(command.find()).isTrue();
    List<String> words = new ArrayList<>();
    new ObjectMapper().readTree(command.group(1)).forEach(word -> words.add(word.asText()));
    assertThat(words.getFirst()).isEqualTo("serve");
    Settings settings =
        Settings.resolve(Flags.plain(words.subList(1, words.size())).orElseThrow(), Map.of());
    assertThat(text).contains("VOLUME " + settings.text(Key.DATA_DIR) + "\n");
  }

  private JsonNode object(String name) {
    assertThat(objects).containsKey(name);
    return objects.get(name);
  }

  private JsonNode statefulSet() {
    return object("StatefulSet/quiver").get("spec");
  }

  private JsonNode container() {
    return statefulSet().at("/template/spec/containers/0");
  }

  private static int port(Key key) {
    return Integer.parseInt(key.defaultValue());
  }
}
