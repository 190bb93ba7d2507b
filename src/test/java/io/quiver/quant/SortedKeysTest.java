package io.quiver.quant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Merging against sorting everything anew. */
class SortedKeysTest {
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void mergingIsSorting(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SortedKeys merger = new SortedKeys();
    for (int round = 0; round < 2_000; round++) {
      int size = random.nextInt(4) == 0 ? random.nextInt(1_500) : random.nextInt(40);
      int count = 1 + random.nextInt(SortedKeys.BATCH);
      long most = random.nextBoolean() ? 10 : Long.MAX_VALUE; // Few values: many are equal.
      long[] present = random.longs(size, -most, most).sorted().toArray();
      long[] batch = random.longs(3 + 2L * SortedKeys.BATCH, -most, most).toArray();
      long[] added = Arrays.copyOfRange(batch, 3, 3 + count);
      long[] keys = Arrays.copyOf(present, size + 2 * SortedKeys.BATCH);
      Arrays.fill(keys, size, keys.length, Long.MAX_VALUE);

      int first = merger.merge(keys, size, batch, 3, count);

      long[] want =
          LongStream.concat(Arrays.stream(present), Arrays.stream(added)).sorted().toArray();
      assertThat(Arrays.copyOf(keys, size + count)).isEqualTo(want);
      long least = Arrays.stream(added).min().orElseThrow();
      assertThat(first).isEqualTo((int) Arrays.stream(present).filter(key -> key < least).count());
    }
  }
}
