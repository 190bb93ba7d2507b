package io.quiver.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compared with {@link BitSet}, at bounds on both sides of a word's end. */
class OrdinalSetTest {
  private final Random random = new Random(11);

  @Test
  void doesWhatBitSetsDo() {
    for (int bound = 0; bound < 200; bound++) {
      BitSet first = bits(bound);
      BitSet second = bits(bound);
      OrdinalSet one = OrdinalSet.of(bound, first::get);
      OrdinalSet two = OrdinalSet.of(bound, second::get);
      isSame(one, first);
      BitSet both = (BitSet) first.clone();
      both.and(second);
      isSame(one.and(two), both);
      BitSet either = (BitSet) first.clone();
      either.or(second);
      isSame(one.or(two), either);
      BitSet others = (BitSet) first.clone();
      others.flip(0, bound);
      isSame(one.not(), others);
      assertThat(OrdinalSet.all(bound).count()).isEqualTo(bound);
      long[] words = new long[5];
      Arrays.fill(words, -1L);
      assertThat(OrdinalSet.owning(words, bound).count()).isEqualTo(bound);
    }
  }

  @Test
  void boundsMayDiffer() {
    OrdinalSet few = OrdinalSet.of(70, ordinal -> ordinal % 2 == 0);
    OrdinalSet many = OrdinalSet.of(300, ordinal -> ordinal % 3 == 0);
    assertThat(few.and(many).count()).isEqualTo(12);
    assertThat(many.or(few).count()).isEqualTo(few.or(many).count()).isEqualTo(35 + 100 - 12);
    assertThat(few.or(many).bound()).isEqualTo(300);
    assertThat(few.contains(80)).isFalse();
  }

  private BitSet bits(int bound) {
    BitSet bits = new BitSet();
    for (int i = 0; i < bound; i++) {
      bits.set(i, random.nextInt(3) == 0);
    }
    return bits;
  }

  private static void isSame(OrdinalSet set, BitSet wanted) {
    assertThat(set.count()).isEqualTo(wanted.cardinality());
    int next = -1;
    for (int i = wanted.nextSetBit(0); i >= 0; i = wanted.nextSetBit(i + 1)) {
      next = set.next(next + 1);
      assertThat(next).isEqualTo(i);
      assertThat(set.contains(i)).isTrue();
    }
    assertThat(set.next(next + 1)).isEqualTo(-1);
  }
}
