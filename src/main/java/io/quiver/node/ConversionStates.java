package io.quiver.node;

import io.quiver.core.CollectionName;
import io.quiver.message.HealthReport.Component;
import io.quiver.message.HealthReport.Status;
import io.quiver.migrate.DvecIntake;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What became of each collection that came from d-vecDB. Thread safety: any thread. */
final class ConversionStates {
  private sealed interface State {
    record Waiting() implements State {}

    record Running(Conversion conversion) implements State {}

    record HeldUp(Conversion conversion, String reason) implements State {}

    record Failed(String reason) implements State {}

    /** Served, but some records were no vectors. */
    record Incomplete(String told) implements State {}
  }

  private final Map<CollectionName, State> states = new ConcurrentSkipListMap<>();
  private final List<DvecIntake.Fault> faults;

  ConversionStates(List<DvecIntake.Fault> faults) {
    this.faults = List.copyOf(faults);
  }

  void waits(CollectionName name) {
    states.put(name, new State.Waiting());
  }

  void runs(Conversion conversion) {
    states.put(conversion.name(), new State.Running(conversion));
  }

  /** It goes on when it can. */
  void holdsUp(CollectionName name, Throwable why) {
    if (states.get(name) instanceof State.Running running) {
      states.put(name, new State.HeldUp(running.conversion(), String.valueOf(why.getMessage())));
    }
  }

  /** It writes again. */
  void goesOn(Conversion conversion) {
    states.computeIfPresent(
        conversion.name(),
        (name, state) -> state instanceof State.HeldUp ? new State.Running(conversion) : state);
  }

  void failed(CollectionName name, Throwable why) {
    states.put(name, new State.Failed(String.valueOf(why.getMessage())));
  }

  void done(Conversion conversion) {
    if (conversion.refused() == 0) {
      states.remove(conversion.name());
    } else {
      String told = conversion.outcome() + ", e.g. " + conversion.problems().getFirst();
      states.put(conversion.name(), new State.Incomplete(told));
    }
  }

  void forget(CollectionName name) {
    states.remove(name);
  }

  boolean isRunning(CollectionName name) {
    return states.get(name) instanceof State.Running || states.get(name) instanceof State.HeldUp;
  }

  /** One line for each that is not simply served; empty if there is none. */
  Optional<Component> health() {
    List<String> lines = new ArrayList<>();
    states.forEach((name, state) -> lines.add(line(name, state)));
    faults.forEach(fault -> lines.add(fault.folder() + ": left alone: " + fault.reason()));
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new Component("imports", Status.DEGRADED, String.join("; ", lines), 0));
  }

  private static String line(CollectionName name, State state) {
    return switch (state) {
      case State.Waiting waiting -> name + ": waits to be converted";
      case State.Running running -> progress(running.conversion());
      case State.HeldUp heldUp -> progress(heldUp.conversion()) + ", held up: " + heldUp.reason();
      case State.Failed failed ->
          name + ": cannot be converted, the next start tries again: " + failed.reason();
      case State.Incomplete incomplete -> name + ": " + incomplete.told();
    };
  }

  /** How far one is. */
  static String progress(Conversion conversion) {
    return conversion.total() < 0
        ? conversion.name() + ": reading what is to be converted"
        : "%s: converting %d of %d vectors"
            .formatted(conversion.name(), conversion.written(), conversion.total());
  }
}
