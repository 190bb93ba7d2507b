package io.quiver.wal;

import java.io.IOException;

/** A group of records that did not get into the log, so that none of it may be acknowledged. */
public final class WalException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What it means for later groups. */
  public enum Kind {
    /**
     * The write was refused (a full disk, say). The log stands as before it; later ones may work.
     */
    WRITE_FAILED,
    /**
     * The same, but what was written of the group could not be cut off yet: a restart before the
     * next write may find some of it.
     */
    UNSETTLED,
    /** A sync failed: what is on stable storage is unknown. Nothing is logged until a restart. */
    SYNC_FAILED
  }

  private final Kind kind;

  WalException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
