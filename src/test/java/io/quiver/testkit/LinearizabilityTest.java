package io.quiver.testkit;

import static io.quiver.testkit.Operation.DONE;
import static io.quiver.testkit.Operation.Kind.DELETE;
import static io.quiver.testkit.Operation.Kind.INSERT;
import static io.quiver.testkit.Operation.Kind.READ;
import static io.quiver.testkit.Operation.Kind.UPDATE;
import static io.quiver.testkit.Operation.Kind.UPSERT;
import static io.quiver.testkit.Operation.NEVER;
import static io.quiver.testkit.Operation.NOT_APPLICABLE;
import static io.quiver.testkit.Operation.UNKNOWN;
import static io.quiver.testkit.Operation.found;
import static io.quiver.testkit.Operation.foundNothing;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker takes what a map does, and nothing else: by hand, and against all orders. */
class LinearizabilityTest {
  private static final List<Operation.Kind> KINDS = List.of(Operation.Kind.values());

  @Test
  void whatHappensOneAfterAnotherIsTaken() {
    assertLinearizable(
        operation(READ, 0, 1, 2, foundNothing()),
        operation(INSERT, 7, 3, 4, DONE),
        operation(INSERT, 8, 5, 6, NOT_APPLICABLE),
        operation(READ, 0, 7, 8, found(7)),
        operation(UPDATE, 9, 9, 10, DONE),
        operation(DELETE, 0, 11, 12, DONE),
        operation(DELETE, 0, 13, 14, NOT_APPLICABLE),
        operation(UPDATE, 10, 15, 16, NOT_APPLICABLE),
        operation(UPSERT, 11, 17, 18, DONE),
        operation(READ, 0, 19, 20, found(11)));
  }

  @Test
  void whatOverlapsMayHappenInAnyOrder() {
    assertLinearizable(
        operation(UPSERT, 1, 0, 10, DONE),
        operation(UPSERT, 2, 0, 10, DONE),
        operation(READ, 0, 2, 3, found(2)),
        operation(READ, 0, 4, 5, found(1)));
    assertLinearizable(operation(UPSERT, 1, 0, 10, DONE), operation(READ, 0, 2, 3, foundNothing()));
  }

  @Test
  void aReadThatMissesAnAcknowledgedWriteIsNotTaken() {
    assertNot(operation(UPSERT, 1, 0, 1, DONE), operation(READ, 0, 2, 3, foundNothing()));
  }

  @Test
  void aReadOfAnOverwrittenValueIsNotTaken() {
    assertNot(
        operation(UPSERT, 1, 0, 1, DONE),
        operation(UPSERT, 2, 2, 3, DONE),
        operation(READ, 0, 4, 5, found(1)));
  }

  @Test
  void readsThatGoBackInTimeAreNotTaken() {
    assertNot(
        operation(UPSERT, 1, 0, 20, DONE),
        operation(READ, 0, 2, 3, found(1)),
        operation(READ, 0, 4, 5, foundNothing()));
  }

  @Test
  void twoInsertsThatBothSucceedAreNotTaken() {
    assertNot(operation(INSERT, 1, 0, 10, DONE), operation(INSERT, 2, 0, 10, DONE));
  }

  @Test
  void aValueThatNobodyWroteIsNotTaken() {
    assertNot(operation(UPSERT, 1, 0, 10, DONE), operation(READ, 0, 0, 10, found(3)));
  }

  @Test
  void anUnansweredWriteMayHaveHappenedOrNotAndEvenLater() {
    Operation lost = operation(UPSERT, 2, 2, NEVER, UNKNOWN);
    Operation first = operation(UPSERT, 1, 0, 1, DONE);
    assertLinearizable(first, lost, operation(READ, 0, 4, 5, found(1)));
    assertLinearizable(first, lost, operation(READ, 0, 4, 5, found(2)));
    assertLinearizable(
        first, lost, operation(READ, 0, 4, 5, found(1)), operation(READ, 0, 6, 7, found(2)));
    assertNot(first, lost, operation(READ, 0, 4, 5, found(2)), operation(READ, 0, 6, 7, found(1)));
    assertNot(operation(READ, 0, 0, 1, found(2)), lost);
  }

  /**
   * Random histories of up to six operations: as many verdicts as there are orders say the same.
   */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void theVerdictIsThatOfTryingAllOrders(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int taken = 0;
    int rounds = 4_000;
    for (int round = 0; round < rounds; round++) {
      List<Operation> history = history(random);
      boolean wanted = hasOrder(new ArrayList<>(history), Operation.ABSENT);
      Optional<String> fault = Linearizability.fault(history);
      assertThat(fault.isEmpty()).as("%s: %s", history, fault).isEqualTo(wanted);
      taken += wanted ? 1 : 0;
    }
    assertThat(taken).isBetween(rounds / 20, rounds * 19 / 20);
  }

  private static List<Operation> history(SplittableRandom random) {
    List<Operation> history = new ArrayList<>();
    int count = random.nextInt(1, 7);
    for (int i = 0; i < count; i++) {
      Operation.Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      long called = random.nextInt(12);
      boolean isLost = kind != READ && random.nextInt(6) == 0;
      Operation.Outcome outcome =
          kind == READ
              ? random.nextInt(3) == 0 ? foundNothing() : found(random.nextInt(count))
              : kind == UPSERT || random.nextInt(3) > 0 ? DONE : NOT_APPLICABLE;
      history.add(
          operation(
              kind,
              i,
              called,
              isLost ? NEVER : called + random.nextInt(1, 6),
              isLost ? UNKNOWN : outcome));
    }
    history.sort(Comparator.comparingLong(Operation::calledNanos));
    return history;
  }

  /** Tries every operation that no other one's answer precedes as the next. */
  private static boolean hasOrder(List<Operation> left, int state) {
    if (left.stream().allMatch(operation -> operation.returnedNanos() == NEVER)) {
      return true;
    }
    for (Operation next : List.copyOf(left)) {
      boolean mayBeNext =
          left.stream().noneMatch(other -> other.returnedNanos() < next.calledNanos());
      int after = next.after(state);
      if (mayBeNext && after != Operation.IMPOSSIBLE) {
        left.remove(next);
        if (hasOrder(left, after)) {
          return true;
        }
        left.add(next);
      }
    }
    return false;
  }

  private static Operation operation(
      Operation.Kind kind, int value, long called, long returned, Operation.Outcome outcome) {
    return new Operation(0, kind, value, called, returned, outcome);
  }

  private static void assertLinearizable(Operation... history) {
    assertThat(Linearizability.fault(List.of(history))).isEmpty();
  }

  private static void assertNot(Operation... history) {
    assertThat(Linearizability.fault(List.of(history))).isPresent();
  }
}
