package io.quiver.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Collection;
import io.quiver.collection.HybridSearches;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.Reworks;
import io.quiver.collection.TextSearches;
import io.quiver.collection.Tuning;
import io.quiver.core.CollectionName;
import io.quiver.core.Deadline;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.Ticket;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.HybridHit;
import io.quiver.message.Row;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.TextHit;
import io.quiver.message.WriteVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts are found as they are at the moment, whatever was indexed, compacted or reopened. */
class TextSearchesTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final int WORDS = 12;
  private static final DatabaseOptions OPTIONS =
      new DatabaseOptions(1 << 20, 1 << 30, 0, new Tuning(50, 100_000));

  @TempDir Path folder;

  /** Id → its words. */
  private final Map<String, List<String>> model = new TreeMap<>();

  private Database open() throws IOException {
    return Database.open(new OsDisk(), folder, OPTIONS);
  }

  private static Row row(String id, List<String> words) {
    Metadata metadata =
        words.isEmpty()
            ? Metadata.ABSENT
            : Metadata.ofJson(
                "{\"n\":%d,\"text\":\"%s\"}".formatted(words.size(), String.join(" ", words)));
    return new Row(new VectorId(id), DenseVector.of(words.size(), 1), metadata);
  }

  private void put(Database database, String id, List<String> words) {
    Collection collection = database.find(NAME).orElseThrow();
    commit(
        database,
        collection,
        collection.prepare(WriteVectors.upsert(NAME, List.of(row(id, words)))));
    model.put(id, words);
  }

  private void delete(Database database, String id) {
    Collection collection = database.find(NAME).orElseThrow();
    DeleteVectors delete = new DeleteVectors(NAME, List.of(new VectorId(id)), Durability.FSYNC);
    commit(database, collection, collection.prepare(delete));
    model.remove(id);
  }

  private static void commit(Database database, Collection collection, PreparedWrite write) {
    if (write.command().isPresent()) {
      long lsn = database.append(collection.uuid(), write.command().get());
      database.sync(false);
      collection.apply(lsn, write.command().get());
    }
  }

  private static List<TextHit> search(Database database, String query, int limit, int offset) {
    SearchText search = new SearchText(NAME, query, List.of("text"), limit, offset, false, true, 0);
    return TextSearches.run(database.find(NAME).orElseThrow(), search, Deadline.NEVER).hits();
  }

  private void assertFound(Database database, String word) {
    List<TextHit> hits = search(database, word, 10_000, 0);
    List<String> expected =
        model.entrySet().stream()
            .filter(row -> row.getValue().contains(word))
            .map(Map.Entry::getKey)
            .toList();
    assertThat(hits)
        .extracting(hit -> hit.id().value())
        .as(word)
        .containsExactlyInAnyOrderElementsOf(expected);
    for (TextHit hit : hits) {
      assertThat(hit.metadata()).isEqualTo(row("x", model.get(hit.id().value())).metadata());
    }
    assertThat(hits).isSortedAccordingTo(TextHit.BEST_FIRST);
    List<TextHit> pages = new ArrayList<>();
    for (int from = 0; from < hits.size(); from += 7) {
      pages.addAll(search(database, word, 7, from));
    }
    assertThat(pages).as("page by page").isEqualTo(hits);
    Filter brief = FilterJson.read("filter", "{\"n\":{\"$lt\":3}}".getBytes(UTF_8));
    List<TextHit> few = new ArrayList<>(hits);
    few.removeIf(hit -> model.get(hit.id().value()).size() >= 3);
    SearchText filtered = SearchText.of(NAME, word, 10_000).filteredBy(brief);
    assertThat(TextSearches.run(database.find(NAME).orElseThrow(), filtered, Deadline.NEVER).hits())
        .as("filtered")
        .isEqualTo(few);
    SearchHybrid hybrid =
        SearchHybrid.of(NAME, DenseVector.of(1, 1), word, 1_000).filteredBy(brief);
    assertThat(HybridSearches.run(database.find(NAME).orElseThrow(), hybrid, Deadline.NEVER).hits())
        .extracting(hit -> hit.id().value())
        .containsExactlyInAnyOrderElementsOf(
            model.entrySet().stream()
                .filter(row -> !row.getValue().isEmpty() && row.getValue().size() < 3)
                .map(Map.Entry::getKey)
                .toList());
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void whatIsFoundIsWhatIsThere(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Database database = open();
    try {
      database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2));
      for (int step = 0; step < 250; step++) {
        String id = "r" + random.nextInt(60);
        List<String> words =
            random.ints(random.nextInt(4), 0, WORDS).mapToObj(w -> "k" + w).toList();
        switch (random.nextInt(12)) {
          case 0 -> delete(database, id);
          case 1 -> database.runIndexSlice();
          case 2 -> assertFound(database, "k" + random.nextInt(WORDS));
          case 3 -> database.runMaintenance();
          case 4 -> {
            if (!Reworks.status(database.find(NAME).orElseThrow()).phase().isUnderWay()) {
              Reworks.compact(database.find(NAME).orElseThrow());
            }
          }
          case 5 -> {
            if (random.nextInt(4) == 0) {
              database.close();
              database = open();
            }
          }
          default -> put(database, id, words);
        }
      }
      for (int word = 0; word < WORDS; word++) {
        assertFound(database, "k" + word);
      }
    } finally {
      database.close();
    }
  }

  /** Hybrid hits have the scores of both sides, the text's as the text search says. */
  @Test
  void hybridHitsCarryBothScores() throws IOException {
    try (Database database = open()) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      for (int i = 0; i < 300; i++) {
        List<String> words = new ArrayList<>(List.of("k" + i % WORDS));
        for (int j = 0; j < i; j++) {
          words.add("pad");
        }
        put(database, "r" + i, words);
      }
      SearchHybrid search = SearchHybrid.of(NAME, DenseVector.of(51, 1), "k3", 20);
      List<HybridHit> hits = HybridSearches.run(collection, search, Deadline.NEVER).hits();
      Map<String, Float> texts = new TreeMap<>();
      search(database, "k3", 100, 0).forEach(hit -> texts.put(hit.id().value(), hit.score()));
      assertThat(hits).hasSize(20).isSortedAccordingTo(HybridHit.BEST_FIRST);
      int both = 0;
      for (HybridHit hit : hits) {
        int number = Integer.parseInt(hit.id().value().substring(1));
        float distance = Math.abs(number + 1 - 51);
        boolean isNear = distance <= 49.5f;
        if (isNear || !Float.isNaN(hit.vectorScore())) {
          assertThat(hit.vectorScore()).isEqualTo(1 / (1 + distance));
        }
        Float text = texts.getOrDefault(hit.id().value(), Float.NaN);
        assertThat((Float) hit.textScore()).isEqualTo(text);
        both += Float.isNaN(hit.vectorScore()) || Float.isNaN(hit.textScore()) ? 0 : 1;
      }
      assertThat(both).isPositive();
      assertThat(hits.getFirst().id()).isEqualTo(new VectorId("r51"));
    }
  }

  /** The first search fills the index as far as it has time; the next one goes on from there. */
  @Test
  void aSearchThatNobodyWaitsForEndsAndLosesNothing() throws IOException {
    try (Database database = open()) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      for (int i = 0; i < 30; i++) {
        put(database, "r" + i, List.of("k" + i % 3));
      }
      Ticket ticket = new Ticket();
      ticket.cancel();
      Deadline gone = new Deadline(Long.MAX_VALUE, ticket);
      assertThatThrownBy(() -> TextSearches.run(collection, SearchText.of(NAME, "k1", 9), gone))
          .isInstanceOfSatisfying(
              QuiverException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
      assertFound(database, "k1");
      assertThat(collection.stats().memoryByComponent().get("text")).isPositive();
    }
  }

  /** A collection whose texts nobody searches has no index of them. */
  @Test
  void whoSearchesNoTextPaysForNone() throws IOException {
    try (Database database = open()) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(database, "r1", List.of("k1"));
      database.runMaintenance();
      assertThat(collection.stats().memoryByComponent()).containsEntry("text", 0L);
    }
  }

  /**
   * Readers search beside the writer, slices, compaction: what was acknowledged before is found.
   */
  @Test
  void readersBesideTheWriterSeeWhatWasAcknowledged() throws Exception {
    try (Database database = open()) {
      Collection collection = database.create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN));
      put(database, "r0", List.of("all", "k0"));
      AtomicBoolean done = new AtomicBoolean();
      AtomicReference<Throwable> failed = new AtomicReference<>();
      int[] written = {1};
      Object acknowledged = new Object();
      Runnable reading =
          () -> {
            while (!done.get() && failed.get() == null) {
              int least;
              synchronized (acknowledged) {
                least = written[0];
              }
              SearchText all = SearchText.of(NAME, "all", 1_000);
              int found = TextSearches.run(collection, all, Deadline.NEVER).hits().size();
              assertThat(found).isGreaterThanOrEqualTo(least);
            }
          };
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread reader = new Thread(reading);
        reader.setUncaughtExceptionHandler((thread, error) -> failed.set(error));
        reader.start();
        readers.add(reader);
      }
      for (int i = 1; i < 150 && failed.get() == null; i++) {
        put(database, "r" + i, List.of("all", "k" + i));
        put(database, "r" + (i - 1), List.of("all", "again"));
        synchronized (acknowledged) {
          written[0] = i + 1;
        }
        database.runIndexSlice();
        if (i % 40 == 0) {
          Reworks.compact(collection);
          database.runMaintenance();
          database.runMaintenance();
        }
      }
      done.set(true);
      for (Thread reader : readers) {
        reader.join();
      }
      assertThat(failed.get()).isNull();
      assertFound(database, "again");
    }
  }
}
