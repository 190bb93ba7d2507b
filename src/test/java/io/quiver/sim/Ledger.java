package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** What all actors of an interleaving did: the oracle for reads beside it and for recovery. */
final class Ledger {
  /** What a power cut may leave under each name; nobody or one collection but while it changes. */
  private final Map<String, List<Optional<Life>>> names = new TreeMap<>();

  private long loggedLsn;
  private long writtenLsn;
  private long forcedLsn;

  void logged(long lsn) {
    loggedLsn = lsn;
  }

  /** Everything that was logged is with the operating system, or on stable storage. */
  void synced(long lsn, boolean forced) {
    writtenLsn = Math.max(writtenLsn, lsn);
    if (forced) {
      forcedLsn = Math.max(forcedLsn, lsn);
    }
  }

  long loggedLsn() {
    return loggedLsn;
  }

  void changing(String name, Optional<Life> from, Optional<Life> to) {
    names.put(name, List.of(from, to));
  }

  void changed(String name, Optional<Life> to) {
    names.put(name, List.of(to));
  }

  /** The collection under a name, if there is one for certain that is not about to go. */
  Optional<Life> served(String name) {
    List<Optional<Life>> possible = names.getOrDefault(name, List.of(Optional.empty()));
    return possible.size() == 1
        ? possible.getFirst().filter(life -> !life.isLeaving())
        : Optional.empty();
  }

  Optional<Life> anyServed(SplittableRandom random) {
    List<Life> served = new ArrayList<>();
    names.keySet().forEach(name -> served(name).ifPresent(served::add));
    return served.isEmpty()
        ? Optional.empty()
        : Optional.of(served.get(random.nextInt(served.size())));
  }

  /** The whole log up to some number is in what was found, and nothing behind it. */
  void checkRecovered(Model found, boolean wasKill) {
    long from = wasKill ? writtenLsn : forcedLsn;
    for (long lsn = from; lsn <= loggedLsn; lsn++) {
      if (isStateAt(lsn, found)) {
        return;
      }
    }
    assertThat(found)
        .as("a prefix of the log that ends in %d to %d", from, loggedLsn)
        .isEqualTo(stateAt(from));
  }

  private boolean isStateAt(long lsn, Model found) {
    Set<String> all = new HashSet<>(names.keySet());
    all.addAll(found.tables().keySet());
    return all.stream().allMatch(name -> isStateAt(lsn, name, found.tables().get(name)));
  }

  private boolean isStateAt(long lsn, String name, Model.Table found) {
    return names.getOrDefault(name, List.of(Optional.empty())).stream()
        .anyMatch(life -> life.isEmpty() ? found == null : life.get().at(lsn).equals(found));
  }

  private Model stateAt(long lsn) {
    Model model = Model.EMPTY;
    for (Map.Entry<String, List<Optional<Life>>> entry : names.entrySet()) {
      Optional<Life> life = entry.getValue().getLast();
      if (life.isPresent()) {
        model = model.with(entry.getKey(), life.get().at(lsn));
      }
    }
    return model;
  }
}
