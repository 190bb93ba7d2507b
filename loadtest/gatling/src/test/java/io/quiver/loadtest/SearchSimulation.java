package io.quiver.loadtest;

import java.time.Duration;

/** Searches, and nothing else. */
public final class SearchSimulation extends QuiverSimulation {
  public SearchSimulation() {
    super("search", 500, Duration.ofSeconds(25), Requests::search);
  }
}
