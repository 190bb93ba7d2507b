package io.quiver;

import static io.quiver.BusFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.quiver.config.QuiverOptions;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.GrpcOptions;
import io.quiver.front.grpc.v1.HybridResult;
import io.quiver.front.grpc.v1.SearchHybridRequest;
import io.quiver.front.grpc.v1.SearchTextRequest;
import io.quiver.front.grpc.v1.TextResult;
import io.quiver.front.grpc.v1.VectorDbGrpcClient;
import io.quiver.front.rest.RestOptions;
import io.quiver.front.rest.RestServer;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.HybridHit;
import io.quiver.message.Row;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchText;
import io.quiver.message.TextHit;
import io.quiver.message.WriteVectors;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches of texts have the same answers over REST, gRPC and the bus, and see every write. */
class TextSurfacesTest {
  private static final CollectionName C = new CollectionName("c");

  @TempDir private Path data;

  private static Row row(int i, String text) {
    return new Row(
        new VectorId("r" + i),
        DenseVector.of(i, 1),
        Metadata.ofJson("{\"n\":" + i + ",\"text\":\"" + text + "\",\"title\":\"t" + i + "\"}"));
  }

  private BusFixture node() throws Exception {
    return new BusFixture(
        QuiverOptions.embedded(data)
            .withRest(RestOptions.of("127.0.0.1", 0))
            .withGrpc(GrpcOptions.of("127.0.0.1", 0)));
  }

  @Test
  void textAndHybridAnswerTheSameEverywhere() throws Exception {
    BusFixture node = node();
    RestServer rest = RestServer.at(node.quiver().restPort());
    GrpcClient grpc = GrpcClient.client(node.vertx());
    try {
      VectorDbGrpcClient stub =
          VectorDbGrpcClient.create(
              grpc, SocketAddress.inetSocketAddress(node.quiver().grpcPort(), "127.0.0.1"));
      await(node.client().create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(3)));
      List<Row> rows =
          IntStream.range(0, 40)
              .mapToObj(i -> row(i, "quick ".repeat(i % 4) + "foxes " + (i % 3 == 0 ? "dog" : "")))
              .toList();
      await(node.client().write(WriteVectors.upsert(C, rows)));
      text(node, rest, stub);
      hybrid(node, rest, stub);
      hybridByDefault(node, rest, stub);
    } finally {
      await(grpc.close());
      node.close();
    }
  }

  private static void text(BusFixture node, RestServer rest, VectorDbGrpcClient stub)
      throws Exception {
    SearchText asked =
        new SearchText(C, "quick AND dog title:t3", List.of("text", "title"), 7, 2, true, true, 0);
    List<String> bus = new ArrayList<>();
    for (TextHit hit : await(node.client().searchText(asked)).hits()) {
      bus.add(hit.id().value() + " " + hit.score() + " " + hit.highlights());
    }
    assertThat(bus).hasSize(7).allMatch(hit -> hit.contains("<em>quick</em>"));
    List<String> overRest = new ArrayList<>();
    for (JsonNode hit :
        rest.post(
                "/collections/c/search/text",
                "{\"query\":\"quick AND dog title:t3\",\"fields\":[\"text\",\"title\"],"
                    + "\"limit\":7,\"offset\":2,\"highlight\":true,\"filter\":null}")
            .data()) {
      StringBuilder marks = new StringBuilder();
      hit.get("highlights")
          .forEach(mark -> {
            marks.append(marks.isEmpty() ? "{" : ", ").append(mark.get("field").asText());
            marks.append("=[").append(mark.get("fragments").get(0).asText()).append("]");
          });
      overRest.add(
          hit.get("id").asText() + " " + (float) hit.get("score").asDouble() + " " + marks + "}");
      assertThat(hit.get("metadata").get("n")).isNotNull();
    }
    assertThat(overRest).isEqualTo(bus);
    List<String> overGrpc = new ArrayList<>();
    SearchTextRequest request =
        SearchTextRequest.newBuilder()
            .setCollectionName("c")
            .setQuery("quick AND dog title:t3")
            .addFields("text")
            .addFields("title")
            .setLimit(7)
            .setOffset(2)
            .setHighlight(true)
            .build();
    for (TextResult hit : await(stub.searchText(request)).getResultsList()) {
      assertThat(hit.getMetadataMap()).containsKeys("n", "text", "title");
      List<String> marks =
          hit.getHighlightsList().stream()
              .map(mark -> mark.getField() + "=" + mark.getFragmentsList())
              .toList();
      overGrpc.add(hit.getId() + " " + hit.getScore() + " {" + String.join(", ", marks) + "}");
    }
    assertThat(overGrpc).isEqualTo(bus);
  }

  private static void hybrid(BusFixture node, RestServer rest, VectorDbGrpcClient stub)
      throws Exception {
    for (FusionStrategy strategy : FusionStrategy.values()) {
      SearchHybrid asked =
          new SearchHybrid(
              C,
              DenseVector.of(10, 1),
              "dog",
              List.of("text"),
              9,
              new FusionOptions(strategy, 0.25f, 0.75f, 10),
              true,
              0);
      List<String> bus = new ArrayList<>();
      for (HybridHit hit : await(node.client().searchHybrid(asked)).hits()) {
        bus.add(
            "%s %s %s %s"
                .formatted(
                    hit.id().value(), hit.vectorScore(), hit.textScore(), hit.combinedScore()));
        assertThat(hit.metadata().json()).contains("\"n\"");
      }
      assertThat(bus).hasSize(9);
      List<String> overRest = new ArrayList<>();
      String body =
          "{\"vector\":[10,1],\"query\":\"dog\",\"limit\":9,\"k\":10,\"vector_weight\":0.25,"
              + "\"text_weight\":0.75,\"fields\":null,\"strategy\":\""
              + strategy.word()
              + "\"}";
      for (JsonNode hit : rest.post("/collections/c/search/hybrid", body).data()) {
        overRest.add(
            hit.get("id").asText()
                + " "
                + score(hit.get("vector_score"))
                + " "
                + score(hit.get("text_score"))
                + " "
                + score(hit.get("combined_score")));
      }
      assertThat(overRest).isEqualTo(bus);
      List<String> overGrpc = new ArrayList<>();
      SearchHybridRequest request =
          SearchHybridRequest.newBuilder()
              .setCollectionName("c")
              .addVector(10)
              .addVector(1)
              .setQuery("dog")
              .setLimit(9)
              .setStrategy(strategy.word())
              .setVectorWeight(0.25f)
              .setTextWeight(0.75f)
              .setK(10)
              .build();
      for (HybridResult hit : await(stub.searchHybrid(request)).getResultsList()) {
        overGrpc.add(
            "%s %s %s %s"
                .formatted(
                    hit.getId(),
                    hit.hasVectorScore() ? hit.getVectorScore() : Float.NaN,
                    hit.hasTextScore() ? hit.getTextScore() : Float.NaN,
                    hit.getCombinedScore()));
      }
      assertThat(overGrpc).isEqualTo(bus);
    }
  }

  /** Without a strategy and weights: each side stretched to 0 … 1, and halves of both. */
  private static void hybridByDefault(BusFixture node, RestServer rest, VectorDbGrpcClient stub)
      throws Exception {
    List<HybridHit> bus =
        await(node.client().searchHybrid(SearchHybrid.of(C, DenseVector.of(10, 1), "dog", 40)))
            .hits();
    assertThat(bus).hasSize(40);
    float[] vectors = range(bus.stream().map(HybridHit::vectorScore).toList());
    float[] texts = range(bus.stream().map(HybridHit::textScore).toList());
    for (HybridHit hit : bus) {
      assertThat((double) hit.combinedScore())
          .isCloseTo(
              (stretched(hit.vectorScore(), vectors) + stretched(hit.textScore(), texts)) / 2,
              within(1e-5));
    }
    List<String> expected =
        bus.stream().map(hit -> hit.id().value() + " " + hit.combinedScore()).toList();
    List<String> overRest = new ArrayList<>();
    String body = "{\"vector\":[10,1],\"query\":\"dog\",\"limit\":40,\"strategy\":null}";
    for (JsonNode hit : rest.post("/collections/c/search/hybrid", body).data()) {
      overRest.add(hit.get("id").asText() + " " + score(hit.get("combined_score")));
    }
    assertThat(overRest).isEqualTo(expected);
    SearchHybridRequest request =
        SearchHybridRequest.newBuilder()
            .setCollectionName("c")
            .addVector(10)
            .addVector(1)
            .setQuery("dog")
            .setLimit(40)
            .build();
    assertThat(await(stub.searchHybrid(request)).getResultsList())
        .extracting(hit -> hit.getId() + " " + hit.getCombinedScore())
        .isEqualTo(expected);
  }

  /** The least and the greatest of those that are there. */
  private static float[] range(List<Float> scores) {
    List<Float> there = scores.stream().filter(score -> !Float.isNaN(score)).sorted().toList();
    return new float[] {there.getFirst(), there.getLast()};
  }

  private static double stretched(float score, float[] range) {
    return Float.isNaN(score) ? 0 : ((double) score - range[0]) / ((double) range[1] - range[0]);
  }

  private static float score(JsonNode score) {
    return score.isNull() ? Float.NaN : (float) score.asDouble();
  }

  /**
   * From its acknowledgement on a write is found, and what it replaced is not; after a restart,
   * too.
   */
  @Test
  void everyAcknowledgedWriteIsSeen() throws Exception {
    BusFixture node = node();
    try {
      await(node.client().create(CollectionConfig.of("c", 2, Metric.EUCLIDEAN).withShards(2)));
      assertThat(found(node, "fox")).isEmpty();
      for (int i = 0; i < 60; i++) {
        await(node.client().write(WriteVectors.upsert(C, List.of(row(i, "fox word" + i)))));
        assertThat(found(node, "word" + i)).containsExactly("r" + i);
      }
      await(node.client().write(WriteVectors.upsert(C, List.of(row(7, "cat")))));
      assertThat(found(node, "word7")).isEmpty();
      assertThat(found(node, "cat")).containsExactly("r7");
      await(
          node.client()
              .delete(new DeleteVectors(C, List.of(new VectorId("r8")), Durability.FSYNC)));
      assertThat(found(node, "fox")).hasSize(58).doesNotContain("r7", "r8");
    } finally {
      node.close();
    }
    BusFixture again = node();
    try {
      assertThat(found(again, "fox")).hasSize(58).doesNotContain("r7", "r8");
      assertThat(found(again, "cat")).containsExactly("r7");
    } finally {
      again.close();
    }
  }

  private static List<String> found(BusFixture node, String query) throws Exception {
    return await(node.client().searchText(SearchText.of(C, query, 100))).hits().stream()
        .map(hit -> hit.id().value())
        .toList();
  }
}
