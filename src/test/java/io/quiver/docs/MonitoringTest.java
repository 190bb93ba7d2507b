package io.quiver.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.quiver.Quiver;
import io.quiver.bus.QuiverClient;
import io.quiver.config.Key;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Row;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import io.quiver.ops.OpsOptions;
import io.vertx.core.Future;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/compose.yaml} and what it mounts against the server: the dashboard, the alerts and
 * {@code docs/operations.md} name metrics and labels that a running node prints.
 */
class MonitoringTest {
  private static final Path DEPLOY = Markdown.ROOT.resolve("deploy");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern SAMPLE = Pattern.compile("([\\w:]+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern NAME =
      Pattern.compile("\\b(?:quiver|vectorstore|jvm|process|system)_[a-z0-9_]+\\b");

  @TempDir private static Path folder;

  /** Of a node on which everything was done once that the dashboard shows. */
  private static Map<String, Set<String>> printed;

  @BeforeAll
  static void scrape() throws Exception {
    Vertx vertx = Vertx.vertx();
    QuiverOptions options = QuiverOptions.embedded(folder).withOps(OpsOptions.of("127.0.0.1", 0));
    Quiver quiver = await(Quiver.start(vertx, options));
    try {
      use(quiver.client());
      printed = labelsByMetric(page(quiver.opsPort()));
    } finally {
      await(quiver.stop());
      await(vertx.close());
    }
  }

  private static void use(QuiverClient client) throws Exception {
    CollectionName name = new CollectionName("c");
    await(client.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN)));
    Row row = new Row(new VectorId("r"), DenseVector.of(1, 2), Metadata.ABSENT);
    await(client.write(WriteVectors.upsert(name, List.of(row))));
    await(client.search(SearchVectors.of(name, DenseVector.of(1, 2), 1)));
    Future<?> wrong = client.search(SearchVectors.of(name, DenseVector.of(1), 1));
    await(wrong.otherwiseEmpty());
    assertThat(wrong.failed()).isTrue();
  }

  private static String page(int port) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static Map<String, Set<String>> labelsByMetric(String page) {
    Map<String, Set<String>> labels = new TreeMap<>();
    for (String line : page.lines().filter(each -> !each.startsWith("#")).toList()) {
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      Set<String> named = labels.computeIfAbsent(sample.group(1), each -> new TreeSet<>());
      if (sample.group(2) != null) {
        LABEL.matcher(sample.group(2)).results().forEach(each -> named.add(each.group(1)));
      }
    }
    return labels;
  }

  @Test
  void everyPanelAsksForWhatTheServerPrints() throws IOException {
    JsonNode dashboard = dashboard();
    int asked = 0;
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String where = panel.get("title").asText() + ": " + target.get("expr").asText();
        Set<String> labels = assertPrinted(where, target.get("expr").asText(), Map.of());
        Matcher legend =
            Pattern.compile("\\{\\{(\\w+)}}").matcher(target.get("legendFormat").asText());
        while (legend.find()) {
          assertThat(labels).as("legend of " + where).contains(legend.group(1));
        }
        asked++;
      }
    }
    assertThat(asked).isGreaterThan(30);
    JsonNode variable = dashboard.at("/templating/list/0");
    assertThat(variable.get("name").asText()).isEqualTo("collection");
    Matcher values =
        Pattern.compile("label_values\\((\\w+), (\\w+)\\)")
            .matcher(variable.at("/query/query").asText());
    assertThat(values.matches()).isTrue();
    assertThat(printed.get(values.group(1))).contains(values.group(2));
  }

  @Test
  void panelsHavePlacesOfTheirOwnAndOneSource() throws IOException {
    JsonNode dashboard = dashboard();
    Set<String> taken = new TreeSet<>();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).as(panel.get("title").asText()).isTrue();
      JsonNode at = panel.get("gridPos");
      assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(24);
      for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
        for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
          assertThat(taken.add(x + "," + y)).as(panel.get("title").asText()).isTrue();
        }
      }
    }
    JsonNode source = yaml("grafana/provisioning/datasources/prometheus.yaml").at("/datasources/0");
    assertThat(dashboard.findValues("datasource"))
        .hasSizeGreaterThan(30)
        .allSatisfy(each -> assertThat(each.get("uid")).isEqualTo(source.get("uid")));
  }

  @Test
  void everyAlertAsksForWhatTheServerPrints() throws IOException {
    // Prometheus itself prints this one for each of its jobs.
    Map<String, Set<String>> own = Map.of("up", Set.of("job", "instance"));
    String job = yaml("prometheus/prometheus.yml").at("/scrape_configs/0/job_name").asText();
    String page = Markdown.read("docs/operations.md");
    int alerts = 0;
    for (JsonNode rule : yaml("prometheus/alerts.yml").at("/groups/0/rules")) {
      String expression = rule.get("expr").asText();
      assertPrinted(rule.get("alert").asText(), expression, own);
      Matcher named = Pattern.compile("job=\"([^\"]*)\"").matcher(expression);
      while (named.find()) {
        assertThat(named.group(1)).isEqualTo(job);
      }
      assertThat(page).contains("`" + rule.get("alert").asText() + "`");
      alerts++;
    }
    assertThat(alerts).isGreaterThan(5);
  }

  /** Checks metrics and labels of an expression; returns what its result may be labelled with. */
  private static Set<String> assertPrinted(
      String where, String expression, Map<String, Set<String>> own) {
    PromQuery query = PromQuery.of(expression);
    assertThat(query.labelsByMetric()).as(where).isNotEmpty();
    Set<String> known = new TreeSet<>();
    query
        .labelsByMetric()
        .forEach((metric, labels) -> {
          Map<String, Set<String>> all = own.containsKey(metric) ? own : printed;
          assertThat(all).as(where).containsKey(metric);
          assertThat(all.get(metric)).as(where).containsAll(labels);
          known.addAll(all.get(metric));
        });
    assertThat(known).as(where).containsAll(query.grouped());
    return query.grouped().isEmpty() ? known : query.grouped();
  }

  @Test
  void operationsTellsOfEveryMetricAndOfNoOther() throws IOException {
    Set<String> told = new TreeSet<>();
    Matcher name = NAME.matcher(Markdown.read("docs/operations.md"));
    while (name.find()) {
      told.add(name.group());
    }
    Set<String> families = new TreeSet<>();
    printed.keySet().forEach(each -> families.add(each.replaceFirst("_(bucket|sum|count)$", "")));
    assertThat(families).containsAll(told);
    assertThat(told)
        .containsAll(families.stream().filter(each -> each.startsWith("quiver_")).toList());
  }

  @Test
  void composeMountsAndScrapesWhatIsThere() throws IOException {
    JsonNode services = yaml("compose.yaml").get("services");
    List<String> places = new ArrayList<>();
    for (JsonNode service : services) {
      assertThat(service.get("image").asText()).as("a version").matches(".+:v?\\d+\\.\\d+\\.\\d+");
      for (JsonNode volume : service.get("volumes")) {
        String source = volume.asText().split(":", -1)[0];
        if (source.startsWith(".")) {
          assertThat(DEPLOY.resolve(source)).isDirectory();
        } else {
          assertThat(yaml("compose.yaml").get("volumes").has(source)).as(source).isTrue();
        }
      }
      service.get("ports").forEach(port -> places.add(port.asText()));
    }
    assertThat(places)
        .as("nobody is authenticated")
        .allMatch(place -> place.startsWith("127.0.0.1:"))
        .doesNotHaveDuplicates();
    int metrics = Integer.parseInt(Key.METRICS_PORT.defaultValue());
    assertThat(
            yaml("prometheus/prometheus.yml")
                .at("/scrape_configs/0/static_configs/0/targets/0")
                .asText())
        .isEqualTo("quiver:" + metrics);
    assertThat(services.at("/quiver/ports"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrder(published(Key.REST_PORT), published(Key.GRPC_PORT));
    assertThat(
            Markdown.ROOT
                .resolve("deploy")
                .resolve(services.at("/quiver/build").asText())
                .resolve("Dockerfile"))
        .exists();
    services
        .at("/quiver/environment")
        .fieldNames()
        .forEachRemaining(
            variable -> assertThat(Key.values()).extracting(Key::variable).contains(variable));
  }

  /** What the files say of each other's folders inside the containers. */
  @Test
  void grafanaFindsTheDashboardWhereItIsMounted() throws IOException {
    JsonNode grafana = yaml("compose.yaml").at("/services/grafana");
    Map<String, String> mounted = new HashMap<>();
    grafana
        .get("volumes")
        .forEach(
            each -> mounted.put(each.asText().split(":", -1)[1], each.asText().split(":", -1)[0]));
    String dashboards =
        yaml("grafana/provisioning/dashboards/quiver.yaml")
            .at("/providers/0/options/path")
            .asText();
    assertThat(mounted).containsKeys(dashboards, "/etc/grafana/provisioning");
    String home = grafana.at("/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH").asText();
    assertThat(home).startsWith(dashboards + "/");
    assertThat(
            DEPLOY
                .resolve(mounted.get(dashboards))
                .resolve(home.substring(dashboards.length() + 1)))
        .exists();
    assertThat(
            yaml("grafana/provisioning/datasources/prometheus.yaml")
                .at("/datasources/0/url")
                .asText())
        .isEqualTo("http://prometheus:9090");
    assertThat(yaml("compose.yaml").get("services").has("prometheus")).isTrue();
  }

  private static String published(Key key) {
    return "127.0.0.1:%s:%s".formatted(key.defaultValue(), key.defaultValue());
  }

  private static JsonNode dashboard() throws IOException {
    return JSON.readTree(Files.readString(DEPLOY.resolve("grafana/dashboards/quiver.json")));
  }

  private static JsonNode yaml(String path) throws IOException {
    return YAML.readTree(Files.readString(DEPLOY.resolve(path)));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
