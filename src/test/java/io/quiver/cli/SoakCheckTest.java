package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quiver.core.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A soak notices what is wrong, and only that. */
class SoakCheckTest {
  private static final int SLOTS = 8;

  private final SoakRows rows = new SoakRows(1, 6, Metric.EUCLIDEAN);
  private final SoakModel model = new SoakModel(SLOTS);
  private final SoakCheck check = new SoakCheck("c", rows, model);
  private final float[] query = rows.query(1);

  SoakCheckTest() {
    for (int slot = 0; slot < SLOTS; slot++) {
      write(slot, 100);
    }
  }

  private void write(int slot, long nanos) {
    model.sending(slot, model.fresh(slot), nanos);
    model.acknowledged(slot, nanos + 10);
  }

  private void delete(int slot, long nanos) {
    model.sending(slot, SoakModel.ABSENT, nanos);
    model.acknowledged(slot, nanos + 10);
  }

  private ObjectNode hit(int slot, int version) {
    ObjectNode hit = RestApi.object();
    float[] vector = rows.vector(slot, version);
    hit.put("id", SoakRows.id(slot)).put("distance", (float) rows.distance(query, vector));
    try {
      hit.set("metadata", RestApi.JSON.readTree(SoakRows.metadata(slot, version)));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
    ArrayNode components = hit.putArray("vector");
    for (float component : vector) {
      components.add(component);
    }
    return hit;
  }

  /** Hits as a good server gives them. */
  private ArrayNode page() {
    List<ObjectNode> hits = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      hits.add(hit(slot, 1));
    }
    hits.sort((a, b) -> Double.compare(distance(a), distance(b)));
    return RestApi.JSON.createArrayNode().addAll(hits);
  }

  private static double distance(JsonNode hit) {
    return hit.path("distance").asDouble();
  }

  private void check(JsonNode page) {
    check.hits(page, query, SLOTS, 1_000, 2_000);
  }

  private void assertWrong(String message, Consumer<ArrayNode> lie) {
    ArrayNode page = page();
    lie.accept(page);
    assertThatThrownBy(() -> check(page))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("WRONG ANSWER: c: ")
        .hasMessageContaining(message);
  }

  @Test
  void aRightPageIsRight() {
    check(page());
  }

  @Test
  void everyLieIsNoticed() {
    assertWrong("was not there", page -> ((ObjectNode) page.get(2)).put("id", "s99"));
    assertWrong("was not there", page -> ((ObjectNode) page.get(2)).put("id", "stranger"));
    assertWrong("was not there", page -> page.set(2, hit(3, 2)));
    assertWrong("was not there", page -> ((ObjectNode) page.get(2)).remove("metadata"));
    assertWrong("metadata", page -> ((ObjectNode) page.get(2).path("metadata")).put("note", "x"));
    assertWrong("distance", page -> ((ObjectNode) page.get(0)).put("distance", 0.1));
    assertWrong("distance", page -> ((ObjectNode) page.get(0)).remove("distance"));
    assertWrong("vector", page -> ((ArrayNode) page.get(5).path("vector")).set(3, 0.5f));
    assertWrong("follows", page -> page.insert(0, page.remove(4)));
    assertWrong("twice", page -> page.insert(1, page.get(1)));
    assertWrong("hits: want=8 got=7", page -> page.remove(7));
  }

  @Test
  void aRowMayBeSeenFromWhenItWasSentUntilItsSuccessorWasAcknowledged() {
    int slot = SoakRows.slot(page().get(7).path("id").asText());
    model.sending(slot, model.fresh(slot), 1_500);
    assertThat(model.mayBe(slot, 1, 1_400, 1_450)).isTrue();
    assertThat(model.mayBe(slot, 2, 1_400, 1_450)).as("not yet sent").isFalse();
    assertThat(model.mayBe(slot, 1, 1_600, 1_700)).as("under way").isTrue();
    assertThat(model.mayBe(slot, 2, 1_600, 1_700)).as("under way").isTrue();
    model.acknowledged(slot, 1_800);
    assertThat(model.mayBe(slot, 1, 1_750, 1_900)).as("asked before").isTrue();
    assertThat(model.mayBe(slot, 1, 1_850, 1_900)).as("asked after").isFalse();
    assertThat(model.mayBe(slot, 2, 1_850, 1_900)).isTrue();
    assertThat(model.mayBe(slot, 3, 1_850, 1_900)).as("never sent").isFalse();
  }

  @Test
  void aDeletedRowIsWrongOnceThatWasAcknowledged() {
    delete(4, 500);
    assertWrong("s4 version 1 was not there", page -> {});
  }

  @Test
  void anOwnerKnowsExactly() {
    JsonNode none = RestApi.JSON.missingNode();
    ObjectNode row = RestApi.object();
    row.set("metadata", hit(3, 1).path("metadata"));
    row.set("data", hit(3, 1).path("vector"));
    check.owned(3, row);
    assertThatThrownBy(() -> check.owned(3, none)).hasMessageContaining("want version 1");
    assertThatThrownBy(() -> check.owned(2, row)).hasMessageContaining("s2");
    delete(3, 600);
    check.owned(3, none);
    assertThatThrownBy(() -> check.owned(3, row)).hasMessageContaining("want version 0");
  }
}
