package io.quiver.message;

import java.util.List;

/** The state of a node: ready when it can answer reads and writes, and one line per component. */
public record HealthReport(boolean ready, List<Component> components) implements Reply {
  public HealthReport {
    components = List.copyOf(components);
  }

  /** How one component is; {@code message} says what an operator should know. */
  public record Component(String name, Status status, String message, long tookMicros) {}

  /** HEALTHY serves all, DEGRADED serves some (a damaged collection), UNHEALTHY none. */
  public enum Status {
    HEALTHY,
    DEGRADED,
    UNHEALTHY
  }

  /** The worst status of all components. */
  public Status status() {
    Status worst = Status.HEALTHY;
    for (Component component : components) {
      if (component.status().compareTo(worst) > 0) {
        worst = component.status();
      }
    }
    return worst;
  }
}
