package io.quiver.sim;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * As many crash points as asked for: {@code mvn test -Dtest=CrashProfileTest
 * -Dquiver.sim.points=1000000}. Begins with {@code -Dquiver.sim.seed}, or else with the time;
 * prints each seed. With {@code -Dquiver.sim.call} it plays one crash of one seed.
 */
@EnabledIfSystemProperty(named = "quiver.sim.points", matches = "\\d+")
class CrashProfileTest {
  @Test
  void noCrashLosesAnything() {
    long wanted = Long.getLong("quiver.sim.points");
    long seed = Long.getLong("quiver.sim.seed", System.currentTimeMillis());
    Optional<Long> call = Optional.ofNullable(Long.getLong("quiver.sim.call"));
    Crashes crashes = new Crashes();
    if (call.isPresent()) {
      crashes.at(seed, Boolean.getBoolean("quiver.sim.os"), call.get());
      return;
    }
    long startNanos = System.nanoTime();
    for (long present = seed; crashes.points() < wanted; present++) {
      crashes.everywhere(present, false);
      crashes.everywhere(present, true);
      System.out.printf(
          "seed %d (of a run that began with %d): %d of %d crash points, %d s%n",
          present,
          seed,
          crashes.points(),
          wanted,
          (System.nanoTime() - startNanos) / 1_000_000_000);
    }
    System.out.println("met " + crashes.events() + ", lost " + crashes.losses().counts());
  }
}
