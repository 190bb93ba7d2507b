package io.quiver.message;

import io.quiver.core.Required;

/**
 * What is done, or was done last since the start, on the index or the files of a collection at
 * somebody's request.
 *
 * @param kind what it is
 * @param phase how far it is
 * @param done rows of {@code total} that are through
 * @param secondsLeft as far as the speed so far tells; −1 = unknown
 * @param message why it failed, or nothing
 */
public record IndexWork(
    Kind kind, Phase phase, long done, long total, long secondsLeft, String message)
    implements Reply {
  /** Nothing was asked for since the start. */
  public static final IndexWork NONE = new IndexWork(Kind.NONE, Phase.IDLE, 0, 0, -1, "");

  /** What was asked for. */
  public enum Kind {
    NONE,
    REBUILD,
    COMPACT
  }

  /** From {@link #WAITING} to {@link #DONE} or {@link #FAILED}. */
  public enum Phase {
    IDLE,
    WAITING,
    RUNNING,
    COMMITTING,
    DONE,
    FAILED;

    /** Whether it has begun and not ended. */
    public boolean isUnderWay() {
      return switch (this) {
        case WAITING, RUNNING, COMMITTING -> true;
        case IDLE, DONE, FAILED -> false;
      };
    }
  }

  public IndexWork {
    Required.value("kind", kind);
    Required.value("phase", phase);
    Required.value("message", message);
  }
}
