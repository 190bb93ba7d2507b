package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.QuiverException;
import org.junit.jupiter.api.Test;

class WriteBudgetTest {
  private static final long MIB = 1L << 20;

  private final WriteBudget budget = new WriteBudget();

  /** One that writes as fast as it can leaves room for the next, and that one for a third. */
  @Test
  void aCollectionMayHoldAsMuchAsIsLeft() {
    long all = WriteBudget.BYTES_MAX / MIB;
    assertThat(takeAll(budget.share())).isEqualTo(all / 2);
    assertThat(takeAll(budget.share())).isEqualTo(all / 4);
    assertThat(takeAll(budget.share())).isEqualTo(all / 8);
  }

  @Test
  void whatIsGivenBackMayBeTakenAgain() {
    WriteBudget.Share share = budget.share();
    int taken = takeAll(share);
    for (int i = 0; i < taken; i++) {
      share.give(MIB);
    }
    assertThat(budget.writesWaiting()).isZero();
    assertThat(takeAll(share)).isEqualTo(taken);
  }

  @Test
  void writesAreCountedHoweverSmall() {
    WriteBudget.Share share = budget.share();
    for (int i = 0; i < WriteBudget.WRITES_MAX; i++) {
      share.take(0);
    }
    assertThatThrownBy(() -> share.take(0)).isInstanceOf(QuiverException.class);
    assertThat(budget.writesWaiting()).isEqualTo(WriteBudget.WRITES_MAX);
  }

  /** In steps of a MiB; returns how many. */
  private static int takeAll(WriteBudget.Share share) {
    for (int taken = 0; ; taken++) {
      try {
        share.take(MIB);
      } catch (QuiverException full) {
        return taken;
      }
    }
  }
}
