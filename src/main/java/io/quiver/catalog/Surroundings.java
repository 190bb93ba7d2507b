package io.quiver.catalog;

import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a database takes from outside that differs from run to run. The simulation decides it, so
 * that a seed gives the same calls again.
 *
 * @param nowMillis Unix time; from any thread
 * @param nanos as {@link System#nanoTime}: what passes between two steps of the scrub
 * @param uuids names for new collections; from any thread
 */
public record Surroundings(LongSupplier nowMillis, LongSupplier nanos, Supplier<UUID> uuids) {
  public static final Surroundings REAL =
      new Surroundings(System::currentTimeMillis, System::nanoTime, UUID::randomUUID);

  /** For whom no scrub is due. */
  public Surroundings(LongSupplier nowMillis, Supplier<UUID> uuids) {
    this(nowMillis, () -> 0, uuids);
  }
}
