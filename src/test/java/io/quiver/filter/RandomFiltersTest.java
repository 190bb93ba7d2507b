package io.quiver.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.VectorId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Filters of all dialects, mixed and nested, say of every document what the oracle says. */
class RandomFiltersTest {
  private static final int FILTERS = 1_000;
  private static final int DOCUMENTS = 60;

  @Test
  void aThousandRandomFiltersAgreeWithTheOracle() {
    long seed = Long.getLong("seed", RandomGenerator.getDefault().nextLong());
    RandomFilters random = new RandomFilters(seed);
    List<Map<String, Object>> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(random.document());
    }
    int met = 0;
    for (int i = 0; i < FILTERS; i++) {
      Object written = random.filter(i % 5, true);
      String json = RandomFilters.json(written);
      RowTest parsed = RowTest.of(FilterJson.read(json));
      for (int row = 0; row < DOCUMENTS; row++) {
        Map<String, Object> document = documents.get(row);
        String id = "id-" + row;
        boolean expected = NaiveFilter.matches(written, document == null ? Map.of() : document, id);
        String text = document == null ? "" : RandomFilters.json(document);
        assertThat(parsed.matches(new VectorId(id), text.getBytes(StandardCharsets.UTF_8)))
            .as("-Dseed=%d: %s over %s", seed, json, text)
            .isEqualTo(expected);
        met += expected ? 1 : 0;
      }
    }
    // A test whose filters met nothing, or everything, would show nothing.
    assertThat(met).isBetween(FILTERS * DOCUMENTS / 10, FILTERS * DOCUMENTS * 9 / 10);
  }
}
