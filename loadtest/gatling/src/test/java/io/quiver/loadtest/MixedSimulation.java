package io.quiver.loadtest;

import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;

import io.gatling.javaapi.core.ChainBuilder;
import java.time.Duration;

/** 70 % searches, 20 % upserts, 10 % deletes of what was written. */
public final class MixedSimulation extends QuiverSimulation {
  public MixedSimulation() {
    super("mixed", 200, Duration.ofSeconds(25), MixedSimulation::user);
  }

  private static ChainBuilder user(Requests requests) {
    return exec(
        randomSwitch()
            .on(
                percent(70).then(requests.search()),
                percent(20).then(requests.upsert()),
                percent(10).then(requests.delete())));
  }
}
