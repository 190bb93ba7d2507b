package io.quiver.front.rest;

import java.nio.charset.StandardCharsets;

/**
 * Decimal text to the nearest float32, correctly rounded.
 *
 * <p>A decimal m·10^e with m ≤ 2^53 and |e| ≤ 22 is one exact product or quotient of doubles, so
 * the double d is correctly rounded (Clinger, "How to read floating point numbers accurately", PLDI
 * 1990, the fast path). Rounding d once more to float is right unless d lies exactly halfway
 * between two floats: every such midpoint is itself a double and rounding never reorders numbers,
 * so any other d is on the same side of each midpoint as the decimal. Longer decimals are enclosed
 * between two short ones. Whatever neither settles goes the slow way.
 */
final class FloatText {
  private static final double[] TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };
  private static final long EXACT_MAX = 1L << 53;
  private static final double NORMAL_MIN = Float.MIN_NORMAL;
  private static final double NORMAL_MAX = 3e38;

  private FloatText() {}

  /**
   * The float nearest to the number whose text is {@code text[from .. to)}; infinite on overflow.
   *
   * @param mantissa the leading digits as an integer, below 10^18
   * @param exponent the power of ten that belongs to {@code mantissa}
   * @param cut whether digits after those in {@code mantissa} were left out
   */
  static float parse(
      byte[] text, int from, int to, boolean negative, long mantissa, int exponent, boolean cut) {
    if (mantissa == 0 && !cut) {
      return negative ? -0f : 0f;
    }
    float magnitude =
        cut || mantissa > EXACT_MAX ? enclosed(mantissa, exponent) : exact(mantissa, exponent);
    if (Float.isNaN(magnitude)) {
      return Float.parseFloat(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
    }
    return negative ? -magnitude : magnitude;
  }

  private static float exact(long mantissa, int exponent) {
    double d = scaled(mantissa, exponent);
    return settled(d) ? (float) d : Float.NaN;
  }

  /** The decimal lies in [low, low + 1] · 10^e after shortening; both ends must agree. */
  private static float enclosed(long mantissa, int exponent) {
    long low = mantissa;
    int e = exponent;
    while (low >= 1_000_000_000_000_000L) {
      low /= 10;
      e++;
    }
    double below = scaled(low, e);
    double above = scaled(low + 1, e);
    boolean agree = settled(below) && settled(above) && (float) below == (float) above;
    return agree ? (float) below : Float.NaN;
  }

  private static double scaled(long mantissa, int exponent) {
    if (exponent < -22 || exponent > 22) {
      return Double.NaN;
    }
    return exponent < 0 ? mantissa / TEN[-exponent] : mantissa * TEN[exponent];
  }

  /** Whether rounding this double to float gives what rounding the decimal would. */
  private static boolean settled(double d) {
    boolean midpoint = (Double.doubleToRawLongBits(d) & 0x1FFF_FFFFL) == 0x1000_0000L;
    return d >= NORMAL_MIN && d <= NORMAL_MAX && !midpoint;
  }
}
