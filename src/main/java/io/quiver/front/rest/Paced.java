package io.quiver.front.rest;

/** A transfer that goes on only as fast as its client: one that is too slow is let go of. */
interface Paced {
  void abandonIfSlow(long nowNanos);
}
