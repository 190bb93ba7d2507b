package io.quiver.loadtest;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/**
 * An hour at a rate that leaves the server room: searches, writes, reads of what was written, and
 * as many deletes as upserts, so that the collection does not grow.
 */
public final class SoakSimulation extends QuiverSimulation {
  public SoakSimulation() {
    super("soak", 100, Duration.ofHours(1), SoakSimulation::user);
  }

  private static ChainBuilder user(Requests requests) {
    return exec(
        randomSwitch()
            .on(
                percent(60).then(requests.search()),
                percent(15).then(requests.upsert()),
                percent(15).then(requests.delete()),
                percent(10).then(requests.read())));
  }
}
