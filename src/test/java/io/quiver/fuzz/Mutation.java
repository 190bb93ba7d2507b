package io.quiver.fuzz;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Changes bytes a little, in the ways that break readers. */
final class Mutation {
  private static final int[] ODD_BYTES = {0, 1, 0x7F, 0x80, 0xFF, '"', '{', '[', '\\', ',', '0'};
  private static final int CHANGES_MAX = 4;

  private Mutation() {}

  static byte[] of(byte[] input, SplittableRandom random) {
    byte[] bytes = input.clone();
    for (int changes = random.nextInt(1, CHANGES_MAX + 1); changes > 0; changes--) {
      bytes = changed(bytes, random);
    }
    return bytes;
  }

  private static byte[] changed(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt(256)};
    }
    int at = random.nextInt(bytes.length);
    int end = Math.min(bytes.length, at + random.nextInt(1, 9));
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) ODD_BYTES[random.nextInt(ODD_BYTES.length)];
      case 2 -> Arrays.fill(bytes, at, end, (byte) (random.nextBoolean() ? 0xFF : 0));
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 4 -> {
        return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
      }
      default -> {
        return joined(Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, at, bytes.length));
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] left, byte[] right) {
    byte[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
