package io.quiver.front.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.core.QuiverException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers in vectors become exactly the floats that the JDK's own parser makes of their text. */
class FloatTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "0.0",
        "-0.0e7",
        "1",
        "-1.5",
        "0.1",
        "1e-45",
        "1.4e-45",
        "0.7e-45",
        "7e-46",
        "1.17549435e-38",
        "1.1754943508222875e-38",
        "3.4028234663852886e38",
        "3.4028235e38",
        "16777217",
        "16777217.0000000001",
        "16777216.9999999999",
        "33554435",
        "9007199254740993",
        "1e22",
        "1e-22",
        "1e23",
        "1e-23",
        "123456789012345678901234567890",
        "1e-400",
        "4.8E+3",
        "0.000000000000000000000000000000000000000000001",
        "1.00000005960464477539062500000001",
        "1.000000059604644775390625",
        "1.0000001788139343",
        "0.50000002980232238769531249999"
      })
  void edgesAreRoundedLikeTheJdk(String text) {
    assertSame(text);
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void shortestFloatsAndDoublesOfFloatsComeBack(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 25_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(value)) {
        assertThat(parse(Float.toString(value))).isEqualTo(value);
        assertThat(parse(Double.toString(value))).isEqualTo(value);
        assertThat(parse("%.9e".formatted(value))).isEqualTo(value);
      }
    }
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {4, 5, 6})
  void anyDecimalIsRoundedLikeTheJdk(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 25_000; i++) {
      long digits = random.nextLong(1L << random.nextInt(1, 63));
      assertSame(digits + "e" + random.nextInt(-50, 25));
      assertSame((random.nextBoolean() ? "-" : "") + digits + "." + random.nextLong(1L << 40));
    }
  }

  /** The halfway points between neighbours, and a hair to each side of them. */
  @Test
  void midpointsAreRoundedLikeTheJdk() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      float low = Math.abs(Float.intBitsToFloat(random.nextInt(0x2000_0000, 0x6000_0000)));
      BigDecimal middle =
          new BigDecimal(low).add(new BigDecimal(Math.nextUp(low))).divide(BigDecimal.TWO);
      BigDecimal hair = middle.movePointLeft(20);
      assertSame(middle.toString());
      assertSame(middle.add(hair).toString());
      assertSame(middle.subtract(hair).toString());
      assertSame(middle.toPlainString());
    }
  }

  private static void assertSame(String text) {
    float want = Float.parseFloat(text);
    if (Float.isFinite(want)) {
      assertThat(Float.floatToRawIntBits(parse(text)))
          .as(text)
          .isEqualTo(Float.floatToRawIntBits(want));
    } else {
      assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(QuiverException.class);
    }
  }

  private static float parse(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new VectorReader(utf8, utf8.length).number();
  }
}
