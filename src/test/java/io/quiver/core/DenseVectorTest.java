package io.quiver.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseVectorTest {
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsRefusedNamingItsPosition(float wrong) {
    for (int dimension = 1; dimension <= 70; dimension++) {
      for (int at = 0; at < dimension; at++) {
        float[] components = new float[dimension];
        components[at] = wrong;
        assertThatThrownBy(() -> DenseVector.owning(components))
            .isInstanceOf(QuiverException.class)
            .hasMessage("vector[%d]: expected a finite float32, got %s".formatted(at, wrong));
      }
    }
  }

  /** All NaNs, whatever their payload and sign; the numbers next to them are numbers. */
  @Test
  void theExtremesOfFloatAreTakenAndEveryNanIsNot() {
    float[] extremes = {
      Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_NORMAL, 0f, -0f, 1f
    };
    assertThat(DenseVector.of(extremes).toArray()).isEqualTo(extremes);
    for (int bits : new int[] {0x7F80_0001, 0x7FFF_FFFF, 0xFF80_0001, 0xFFFF_FFFF}) {
      assertThatThrownBy(() -> DenseVector.of(1f, Float.intBitsToFloat(bits)))
          .hasMessageStartingWith("vector[1]");
    }
  }

  @Test
  void aVectorHasOneToTheMostComponents() {
    assertThatThrownBy(DenseVector::of).hasMessageContaining("got 0");
    assertThat(DenseVector.of(new float[Limits.DIMENSION_MAX]).dimension()).isEqualTo(65_536);
    assertThatThrownBy(() -> DenseVector.of(new float[Limits.DIMENSION_MAX + 1]))
        .hasMessageContaining("got 65537");
  }

  @Test
  void componentsAreCopiedAsLittleEndianFloats() {
    byte[] bytes = new byte[14];
    DenseVector.of(1f, -2.5f, 3e-9f).copyTo(MemorySegment.ofArray(bytes), 1);
    ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(new float[] {view.getFloat(1), view.getFloat(5), view.getFloat(9)})
        .containsExactly(1f, -2.5f, 3e-9f);
    assertThat(new byte[] {bytes[0], bytes[13]}).containsOnly(0);
  }
}
