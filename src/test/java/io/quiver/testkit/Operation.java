package io.quiver.testkit;

import java.util.Optional;

/**
 * One operation on one key of a store, as its client saw it. Values of writes are unique.
 *
 * @param client who asked
 * @param calledNanos when it was asked
 * @param returnedNanos when the answer was there; {@link #NEVER} if it never came
 * @param outcome what the answer says of the key
 */
public record Operation(
    int client, Kind kind, int value, long calledNanos, long returnedNanos, Outcome outcome) {
  public static final long NEVER = Long.MAX_VALUE;

  /** What was asked. */
  public enum Kind {
    INSERT,
    UPSERT,
    UPDATE,
    DELETE,
    READ
  }

  /** What was answered. */
  public sealed interface Outcome {
    /** The write was done; a delete had something to delete. */
    record Done() implements Outcome {}

    /** An insert found the key there, or an update or delete found nothing; so nothing was done. */
    record NotApplicable() implements Outcome {}

    /** What a read found. */
    record Found(Optional<Integer> value) implements Outcome {}

    /** Nobody knows: it may have happened at any time since, or may yet. */
    record Unknown() implements Outcome {}
  }

  public static final Outcome DONE = new Outcome.Done();
  public static final Outcome NOT_APPLICABLE = new Outcome.NotApplicable();
  public static final Outcome UNKNOWN = new Outcome.Unknown();

  public static Outcome found(int value) {
    return new Outcome.Found(Optional.of(value));
  }

  public static Outcome foundNothing() {
    return new Outcome.Found(Optional.empty());
  }

  /** The other answer, when the first one does not fit the key's state: nothing was done. */
  static final int ABSENT = -1;

  /** An answer that is impossible in this state. */
  static final int IMPOSSIBLE = -2;

  /**
   * The key's state after this operation took effect in {@code state}, by the rules of a map.
   *
   * @param state the value, or {@link #ABSENT}
   */
  int after(int state) {
    boolean isThere = state != ABSENT;
    boolean applies =
        switch (kind) {
          case INSERT -> !isThere;
          case UPDATE, DELETE -> isThere;
          case UPSERT, READ -> true;
        };
    int next =
        switch (kind) {
          case INSERT, UPSERT, UPDATE -> applies ? value : state;
          case DELETE -> ABSENT;
          case READ -> state;
        };
    boolean isPossible =
        switch (outcome) {
          case Outcome.Done done -> applies;
          case Outcome.NotApplicable not -> !applies;
          case Outcome.Found found -> found.value().orElse(ABSENT) == state;
          case Outcome.Unknown unknown -> true;
        };
    return isPossible ? next : IMPOSSIBLE;
  }
}
