package io.quiver.loadtest;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.function.Function;

/**
 * An open model: requests arrive at a rate, however long those before take. The rate rises to the
 * one that is asked for and stays there. A request that fails, or a p99 over its bound, fails the
 * run; so does a refusal (429), for then the rate is more than the server does.
 */
abstract class QuiverSimulation extends Simulation {
  private static final int QUERIES = 1_000;
  private static final double FIRST_RATE = 1;

  private final Settings settings;
  private final DataSet data;
  private final Target target;

  /**
   * @param name of the scenario
   * @param rate requests a second, unless {@code -Drate} is given
   * @param steady how long, unless {@code -Dseconds} is given
   * @param user what each arrival does
   */
  QuiverSimulation(
      String name, double rate, Duration steady, Function<Requests, ChainBuilder> user) {
    settings = Settings.read(rate, steady);
    data = new DataSet(settings.seed(), settings.dimension(), settings.rows(), QUERIES);
    target = new Target(settings);
    setUp(
            scenario(name)
                .exec(user.apply(new Requests(settings, data)))
                .injectOpen(
                    rampUsersPerSec(FIRST_RATE).to(settings.rate()).during(settings.ramp()),
                    constantUsersPerSec(settings.rate()).during(settings.steady())))
        .protocols(Requests.protocol(settings))
        .assertions(
            global().failedRequests().percent().is(0.0),
            global().responseTime().percentile4().lte(settings.p99Millis()));
  }

  @Override
  public final void before() {
    target.make(data.rows());
  }

  @Override
  public final void after() {
    target.drop();
  }
}
