package io.quiver.message;

/**
 * How far the reading of all files in the background is, since the node started.
 *
 * @param bytes read and verified
 * @param passes that read everything
 * @param lastEndMillis when the last of them ended, Unix time; 0 = none did yet
 * @param damaged files that were found not to be what was written
 * @param unread pieces that the disk refused to read
 */
public record ScrubInfo(long bytes, long passes, long lastEndMillis, long damaged, long unread) {
  public static final ScrubInfo NONE = new ScrubInfo(0, 0, 0, 0, 0);
}
