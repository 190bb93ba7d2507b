package io.quiver.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of a key's operations in which each takes effect between its call and its
 * answer and finds what its answer says: Wing and Gong 1993, with the memory of states that were
 * tried of Lowe 2017. Exact: nothing found means that there is none.
 */
public final class Linearizability {
  /** A call or an answer, in a list ordered by time; those of chosen operations are taken out. */
  private static final class Event {
    final int operation;
    final boolean isCall;
    Event before;
    Event after;
    Event answer;

    Event(int operation, boolean isCall) {
      this.operation = operation;
      this.isCall = isCall;
    }

    /** Takes a call and its answer out. */
    void lift() {
      unlink(this);
      unlink(answer);
    }

    /** Puts them back where they were. */
    void unlift() {
      link(answer);
      link(this);
    }

    private static void unlink(Event event) {
      event.before.after = event.after;
      if (event.after != null) {
        event.after.before = event.before;
      }
    }

    private static void link(Event event) {
      event.before.after = event;
      if (event.after != null) {
        event.after.before = event;
      }
    }
  }

  private record Tried(BitSet chosen, int state) {}

  private record Choice(Event call, int stateBefore) {}

  private final List<Operation> operations;
  private final Event head;
  private final Set<Tried> tried = new HashSet<>();
  private final Deque<Choice> choices = new ArrayDeque<>();
  private final BitSet chosen = new BitSet();
  private int state = Operation.ABSENT;
  private int chosenMost;
  private String stuck = "";

  private Linearizability(List<Operation> operations) {
    this.operations = operations;
    this.head = events(operations);
  }

  /**
   * Checks the history of one key that is absent at first.
   *
   * @return why there is no such order; empty if there is one
   */
  public static Optional<String> fault(List<Operation> history) {
    return new Linearizability(history).run();
  }

  private static Event events(List<Operation> operations) {
    record At(long nanos, Event event) {}
    List<At> all = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      Event call = new Event(i, true);
      call.answer = new Event(i, false);
      all.add(new At(operations.get(i).calledNanos(), call));
      all.add(new At(operations.get(i).returnedNanos(), call.answer));
    }
    // At the same nanosecond calls come first: the two may have overlapped.
    all.sort(Comparator.comparingLong(At::nanos).thenComparing(at -> at.event().isCall ? 0 : 1));
    Event head = new Event(-1, false);
    Event last = head;
    for (At at : all) {
      last.after = at.event();
      at.event().before = last;
      last = at.event();
    }
    return head;
  }

  private Optional<String> run() {
    Event at = head.after;
    while (hasAnswersLeft()) {
      if (at.isCall) {
        int next = operations.get(at.operation).after(state);
        if (next != Operation.IMPOSSIBLE && choose(at, next)) {
          at = head.after;
        } else {
          at = at.after;
        }
      } else if (isNever(at)) {
        at = undo(); // Only calls without an answer are left to choose from, and none helped.
        if (at == null) {
          return Optional.of(stuck);
        }
      } else {
        remember(at);
        at = undo();
        if (at == null) {
          return Optional.of(stuck);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether an operation that was answered has no place yet; the others need none. */
  private boolean hasAnswersLeft() {
    for (Event event = head.after; event != null; event = event.after) {
      if (!event.isCall) {
        return !isNever(event);
      }
    }
    return false;
  }

  private boolean isNever(Event answer) {
    return operations.get(answer.operation).returnedNanos() == Operation.NEVER;
  }

  private boolean choose(Event call, int next) {
    chosen.set(call.operation);
    if (!tried.add(new Tried((BitSet) chosen.clone(), next))) {
      chosen.clear(call.operation);
      return false;
    }
    choices.push(new Choice(call, state));
    state = next;
    call.lift();
    return true;
  }

  /** Takes the last choice back; returns the call to try instead, or null if there was none. */
  private Event undo() {
    if (choices.isEmpty()) {
      return null;
    }
    Choice last = choices.pop();
    state = last.stateBefore();
    chosen.clear(last.call().operation);
    last.call().unlift();
    return last.call().after;
  }

  /** Keeps what stood in the way when most operations had found their place. */
  private void remember(Event answer) {
    if (stuck.isEmpty() || chosen.cardinality() > chosenMost) {
      chosenMost = chosen.cardinality();
      List<Operation> placed = new ArrayList<>();
      choices
          .descendingIterator()
          .forEachRemaining(choice -> placed.add(operations.get(choice.call().operation)));
      stuck =
          "no place for %s%n in state %d after %s"
              .formatted(
                  operations.get(answer.operation),
                  state,
                  Arrays.toString(
                      placed.subList(Math.max(0, placed.size() - 20), placed.size()).toArray()));
    }
  }
}
