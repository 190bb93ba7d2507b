package io.quiver.collection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.collection.Manifest.ShardCheckpoint;
import org.junit.jupiter.api.Test;

class ManifestTest {
  @Test
  void figuresThatCannotBeAreRefused() {
    long[][] wrong = {
      {-1, 2, 1, 0, 0, 0}, {1, -1, 0, 0, 0, 0}, {1, 2, 3, 0, 0, 0}, {1, 2, -1, 0, 0, 0},
      {1, 2, 1, -1, 0, 0}, {1, 2, 1, 0, -1, 0}, {1, 2, 1, 0, 3, 0}, {1, 2, 1, 0, 0, -1}
    };
    for (long[] each : wrong) {
      assertThatThrownBy(() ->
              new ShardCheckpoint(
                  "0",
                  each[0],
                  (int) each[1],
                  (int) each[2],
                  each[3],
                  (int) each[4],
                  (int) each[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lsn=" + each[0]);
    }
  }
}
