package io.quiver.wal;

import io.quiver.core.QuiverException;

/**
 * How a log is cut.
 *
 * @param segmentBytes size that a segment does not pass, unless one group alone is larger
 * @param groupBytes records that are gathered in memory before they are written, whether or not
 *     somebody waits for them
 */
public record WalOptions(long segmentBytes, int groupBytes) {
  public static final WalOptions DEFAULT = new WalOptions(64L << 20, 8 << 20);

  public WalOptions {
    if (segmentBytes < WalLayout.HEADER_BYTES) {
      throw QuiverException.invalid(
          "segmentBytes", "at least " + WalLayout.HEADER_BYTES, segmentBytes);
    }
    if (groupBytes < 1) {
      throw QuiverException.invalid("groupBytes", "at least 1", groupBytes);
    }
  }
}
