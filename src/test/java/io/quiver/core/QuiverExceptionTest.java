package io.quiver.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refusal is cheap; a fault of ours says where it happened. */
class QuiverExceptionTest {
  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void onlyAFaultOfOursOrOfACauseHasAStack(ErrorCode code) {
    boolean ours = code.compareTo(ErrorCode.READ_ONLY) >= 0;
    assertThat(new QuiverException(code, "x").getStackTrace().length > 0).isEqualTo(ours);
    assertThat(new QuiverException(code, "x", new IllegalStateException()).getStackTrace())
        .isNotEmpty();
  }
}
