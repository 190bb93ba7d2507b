package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private Admission admission;

  @BeforeEach
  void make() {
    admission = new Admission();
  }

  @Test
  void inCalmWeatherWhatIsServedInATenthOfASecondMayWait() {
    assertThat(admission.admits(100 * MILLI, MILLI, 0)).isTrue();
    assertThat(admission.isFlood()).isFalse();
    assertThat(admission.admits(100 * MILLI + 1, MILLI, 0)).isFalse();
    assertThat(admission.isFlood()).isTrue();
  }

  @Test
  void longSearchesMayWaitForFourOfTheirLike() {
    assertThat(admission.admits(4 * SECOND, SECOND, 0)).isTrue();
    assertThat(admission.admits(4 * SECOND + 1, SECOND, 0)).isFalse();
  }

  @Test
  void inAFloodASearchWaitsForOneOfItsLikeOrAMillisecond() {
    assertThat(admission.admits(SECOND, 10 * MILLI, 0)).isFalse();
    assertThat(admission.admits(10 * MILLI, 10 * MILLI, 1)).isTrue();
    assertThat(admission.admits(10 * MILLI + 1, 10 * MILLI, 2)).isFalse();
    assertThat(admission.admits(MILLI, MILLI / 10, 3)).isTrue();
    assertThat(admission.admits(MILLI + 1, MILLI / 10, 4)).isFalse();
  }

  @Test
  void theFloodIsOverWhenInASecondFewerWereTurnedAwayThanLetIn() {
    assertThat(admission.admits(SECOND, MILLI, 0)).isFalse();
    assertThat(admission.admits(0, MILLI, 1)).isTrue();
    assertThat(admission.admits(SECOND, MILLI, SECOND)).as("one each: it goes on").isFalse();
    assertThat(admission.isFlood()).isTrue();
    assertThat(admission.admits(0, MILLI, SECOND + 1)).isTrue();
    assertThat(admission.admits(0, MILLI, SECOND + 2)).isTrue();
    assertThat(admission.admits(50 * MILLI, MILLI, 2 * SECOND)).as("two to one").isTrue();
    assertThat(admission.isFlood()).isFalse();
  }

  @Test
  void whoIsTurnedAwayAtTheGateCounts() {
    assertThat(admission.admits(SECOND, MILLI, 0)).isFalse();
    assertThat(admission.admits(0, MILLI, 1)).isTrue();
    assertThat(admission.admits(0, MILLI, 2)).isTrue();
    admission.turnedAway(3);
    assertThat(admission.admits(50 * MILLI, MILLI, SECOND)).as("the flood goes on").isFalse();
  }
}
