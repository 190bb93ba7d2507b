package io.quiver.core;

/**
 * What the parts of a node that serve one request know of it together: whether somebody still waits
 * for the answer, and whether the node has let it in. It goes with the request by reference,
 * through all the searches of a batch and all the shards of a search, and never leaves the process.
 *
 * <p>Thread safety: all methods, from any thread; each flag is only ever raised.
 */
public final class Ticket {
  private final String requestId;
  private volatile boolean cancelled;
  private volatile boolean admitted;

  /** Of a request that nobody named. */
  public Ticket() {
    this("");
  }

  /** Of the request that logs know by this id; empty = by none. */
  public Ticket(String requestId) {
    this.requestId = Required.value("request id", requestId);
  }

  public String requestId() {
    return requestId;
  }

  /** Nobody waits any more: what has not started is dropped, a scan that runs stops soon. */
  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /** A part of the request was let in, so the rest of it is not turned away for want of time. */
  public void admit() {
    admitted = true;
  }

  public boolean isAdmitted() {
    return admitted;
  }
}
