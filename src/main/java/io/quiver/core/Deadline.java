package io.quiver.core;

/**
 * Until when somebody waits for a piece of work: until a point of time, or until the client goes
 * away. Long work looks at it every now and then, which costs a volatile read and, if there is a
 * point of time, a look at the clock.
 *
 * @param nanos a {@link System#nanoTime}; {@link Long#MAX_VALUE} = no point of time
 */
public record Deadline(long nanos, Ticket ticket) {
  /** Somebody waits for ever. */
  public static final Deadline NEVER = new Deadline(Long.MAX_VALUE, new Ticket());

  /** Whether nobody waits any more. */
  public boolean passed() {
    return ticket.isCancelled() || (nanos != Long.MAX_VALUE && System.nanoTime() - nanos >= 0);
  }

  /**
   * Ends work for which nobody waits.
   *
   * @throws QuiverException DEADLINE_EXCEEDED
   */
  public void check() {
    if (passed()) {
      throw exceeded();
    }
  }

  /** The error that says why the work ended. */
  public QuiverException exceeded() {
    return new QuiverException(
        ErrorCode.DEADLINE_EXCEEDED,
        ticket.isCancelled() ? "given up: the client went away" : "given up: the deadline passed");
  }
}
