package io.quiver.ops;

import java.util.UUID;

/**
 * By which a request is found again in logs: what its client calls it, or a fresh id that is unique
 * over restarts.
 *
 * <p>Confined to the event loop of its front.
 */
public final class RequestIds {
  private static final int CHARS_MAX = 128;

  private final String prefix = UUID.randomUUID().toString().substring(0, 13);
  private long requests;

  /**
   * The id of a request.
   *
   * @param given what the client said, null if nothing; kept if it is 1 to 128 visible characters
   *     of ASCII, so that no log line can be forged with it
   */
  public String of(String given) {
    boolean usable =
        given != null
            && !given.isEmpty()
            && given.length() <= CHARS_MAX
            && given.chars().allMatch(c -> c > 0x20 && c < 0x7F);
    return usable ? given : next();
  }

  /** A fresh one. */
  public String next() {
    return prefix + "-" + Long.toHexString(++requests);
  }
}
