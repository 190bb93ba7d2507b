package io.quiver.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.collection.Collection;
import io.quiver.collection.HybridSearches;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.TextSearches;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.HybridHit;
import io.quiver.message.Row;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.TextHit;
import io.quiver.message.WriteVectors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;

/**
 * Prints nDCG@10 of text, vector and hybrid searches on scifact, whose judgements are public. Run
 * by hand with the folder that holds {@code scifact}; ends with an error below the floors.
 */
public final class TextBench {
  private static final CollectionName NAME = new CollectionName("scifact");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOP = 10;
  private static final double TEXT_FLOOR = 0.66;

  private final Path folder;
  private final Map<String, Map<String, Integer>> judgements = new HashMap<>();
  private final List<String> queryIds = new ArrayList<>();
  private final List<String> queries = new ArrayList<>();

  private TextBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    new TextBench(Path.of(arguments[0]).resolve("scifact")).run();
  }

  private void run() throws IOException {
    readJudgements();
    float[][] vectors = vectors("scifact_query.fvecs");
    Path data = Files.createTempDirectory("text-bench");
    DatabaseOptions options =
        new DatabaseOptions(64 << 20, 1L << 30, 0, new Tuning(1_000, 100_000));
    try (Database database = Database.open(new OsDisk(), data, options)) {
      Collection collection = load(database);
      long start = System.nanoTime();
      double text = mean(i -> texts(collection, i));
      System.out.printf(
          Locale.ROOT,
          "text        %.4f  (%.1f s for all)%n",
          text,
          (System.nanoTime() - start) / 1e9);
      double vector = mean(i -> nearest(collection, vectors[i]));
      System.out.printf(Locale.ROOT, "vectors     %.4f%n", vector);
      List<Setting> settings = settings(collection, vectors);
      settings.forEach(Setting::print);
      for (int half = 0; half < 2; half++) {
        judge(settings, half, perQuery(i -> texts(collection, i)));
      }
      System.out.println("memory " + collection.stats().memoryByComponent());
      if (text < TEXT_FLOOR || settings.stream().noneMatch(s -> s.all() > Math.max(text, vector))) {
        throw new IllegalStateException("below the floor");
      }
    }
  }

  /** One way to fuse, and the gain of each query. */
  private record Setting(FusionStrategy strategy, float vectorWeight, List<Double> gains) {
    double half(int half) {
      return average(gains, half, 2);
    }

    double all() {
      return average(gains, 0, 1);
    }

    void print() {
      System.out.printf(
          Locale.ROOT,
          "%-18s %.1f/%.1f  %.4f  (even %.4f, odd %.4f)%n",
          strategy,
          vectorWeight,
          1 - vectorWeight,
          all(),
          half(0),
          half(1));
    }
  }

  private static double average(List<Double> gains, int first, int step) {
    double sum = 0;
    int count = 0;
    for (int i = first; i < gains.size(); i += step) {
      sum += gains.get(i);
      count++;
    }
    return sum / count;
  }

  private List<Setting> settings(Collection collection, float[][] vectors) {
    List<Setting> settings = new ArrayList<>();
    for (FusionStrategy strategy : FusionStrategy.values()) {
      for (int tenths = 1; tenths <= 7; tenths++) {
        float weight = tenths / 10f;
        FusionOptions fusion = new FusionOptions(strategy, weight, 1 - weight, 60);
        List<Double> gains = perQuery(i -> hybrid(collection, i, vectors[i], fusion));
        settings.add(new Setting(strategy, weight, gains));
      }
    }
    return settings;
  }

  /** The setting that is best on one half of the queries, on the other. */
  private static void judge(List<Setting> settings, int half, List<Double> texts) {
    Setting best = Collections.max(settings, Comparator.comparingDouble(s -> s.half(half)));
    System.out.printf(
        Locale.ROOT,
        "best on %s: %s %.1f; on the others %.4f, text there %.4f%n",
        half == 0 ? "even" : "odd",
        best.strategy(),
        best.vectorWeight(),
        best.half(1 - half),
        average(texts, 1 - half, 2));
  }

  private List<String> texts(Collection collection, int query) {
    SearchText search =
        new SearchText(
            NAME, escaped(queries.get(query)), List.of("title", "text"), TOP, 0, false, false, 0);
    return TextSearches.run(collection, search, Deadline.NEVER).hits().stream()
        .map(TextHit::id)
        .map(VectorId::value)
        .toList();
  }

  private List<String> nearest(Collection collection, float[] vector) {
    SearchVectors search = SearchVectors.of(NAME, DenseVector.of(vector), TOP);
    return collection.search(0, search, Deadline.NEVER).hits().stream()
        .map(hit -> hit.id().value())
        .toList();
  }

  private List<String> hybrid(
      Collection collection, int query, float[] vector, FusionOptions fusion) {
    SearchHybrid search =
        new SearchHybrid(
            NAME,
            DenseVector.of(vector),
            escaped(queries.get(query)),
            List.of("title", "text"),
            TOP,
            fusion,
            false,
            0);
    return HybridSearches.run(collection, search, Deadline.NEVER).hits().stream()
        .map(HybridHit::id)
        .map(VectorId::value)
        .toList();
  }

  /** Sentences of people: nothing in them is meant as an operator. */
  private static String escaped(String sentence) {
    return sentence.replaceAll("[^\\p{L}\\p{N} ]", "\\\\$0");
  }

  private double mean(IntFunction<List<String>> search) {
    return average(perQuery(search), 0, 1);
  }

  private List<Double> perQuery(IntFunction<List<String>> search) {
    List<Double> gains = new ArrayList<>();
    for (int query = 0; query < queries.size(); query++) {
      gains.add(gain(search.apply(query), judgements.get(queryIds.get(query))));
    }
    return gains;
  }

  /** Normalised discounted cumulative gain of the first ten. */
  private static double gain(List<String> found, Map<String, Integer> judged) {
    double sum = 0;
    for (int rank = 0; rank < Math.min(TOP, found.size()); rank++) {
      sum += judged.getOrDefault(found.get(rank), 0) / (Math.log(rank + 2) / Math.log(2));
    }
    double ideal = 0;
    List<Integer> best =
        judged.values().stream().sorted((a, b) -> Integer.compare(b, a)).limit(TOP).toList();
    for (int rank = 0; rank < best.size(); rank++) {
      ideal += best.get(rank) / (Math.log(rank + 2) / Math.log(2));
    }
    return sum / ideal;
  }

  private Collection load(Database database) throws IOException {
    float[][] vectors = vectors("scifact_base.fvecs");
    Collection collection =
        database.create(CollectionConfig.of(NAME.value(), vectors[0].length, Metric.COSINE));
    List<Row> rows = new ArrayList<>();
    try (BufferedReader corpus =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("corpus.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String line = corpus.readLine(); line != null; line = corpus.readLine()) {
        JsonNode document = JSON.readTree(line);
        rows.add(
            new Row(
                new VectorId(document.get("_id").asText()),
                DenseVector.of(vectors[rows.size()]),
                Metadata.ofJson(line)));
      }
    }
    PreparedWrite write = collection.prepare(WriteVectors.upsert(NAME, rows));
    long lsn = database.append(collection.uuid(), write.command().orElseThrow());
    database.sync(true);
    collection.apply(lsn, write.command().orElseThrow());
    database.runMaintenance();
    return collection;
  }

  private void readJudgements() throws IOException {
    for (String line : Files.readAllLines(folder.resolve("qrels/test.tsv"))) {
      String[] parts = line.split("\t", -1);
      if (!parts[2].equals("score")) {
        judgements
            .computeIfAbsent(parts[0], none -> new HashMap<>())
            .put(parts[1], Integer.parseInt(parts[2]));
      }
    }
    for (String line : Files.readAllLines(folder.resolve("queries.jsonl"))) {
      JsonNode query = JSON.readTree(line);
      if (query.path("split").asText().equals("test")) {
        queryIds.add(query.get("_id").asText());
        queries.add(query.get("text").asText());
      }
    }
  }

  private float[][] vectors(String file) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> rows = new ArrayList<>();
    while (bytes.hasRemaining()) {
      float[] row = new float[bytes.getInt()];
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes.getFloat();
      }
      rows.add(row);
    }
    return rows.toArray(float[][]::new);
  }
}
