package io.quiver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.collection.PreparedWrite;
import io.quiver.collection.RowWrites;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteVectors;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A write as a collection took it, which is as the model says that it must.
 *
 * @param prepared empty if the whole write was refused
 * @param after the table once it is applied
 * @param rejected how many of its rows were refused
 */
record Taken(Optional<PreparedWrite> prepared, Model.Table after, int rejected) {
  private static final Set<ErrorCode> REFUSALS =
      EnumSet.of(ErrorCode.VECTOR_ALREADY_EXISTS, ErrorCode.VECTOR_NOT_FOUND);

  boolean isRefused() {
    return prepared.isEmpty();
  }

  boolean isLogged() {
    return prepared.flatMap(PreparedWrite::command).isPresent();
  }

  /**
   * Prepares a write.
   *
   * @param before the table with all writes that were prepared before
   */
  static Taken of(Collection collection, Model.Table before, History.Step.Put put) {
    Model.Outcome outcome = before.outcome(put);
    PreparedWrite prepared;
    try {
      prepared =
          collection.prepare(
              new WriteVectors(
                  collection.name(), put.mode(), put.rows(), put.onError(), put.durability()));
    } catch (QuiverException refused) {
      if (outcome.isRefused() && REFUSALS.contains(refused.code())) {
        return new Taken(Optional.empty(), before, put.rows().size());
      }
      throw refused;
    }
    assertThat(outcome.isRefused()).as("%s should be refused", put).isFalse();
    assertThat(prepared.command().isPresent()).isEqualTo(!outcome.accepted().isEmpty());
    int rejected = put.rows().size() - outcome.accepted().size();
    assertThat(prepared.reply(1))
        .isInstanceOfSatisfying(
            WriteAck.class,
            ack -> {
              assertThat(ack.written()).isEqualTo(outcome.accepted().size());
              assertThat(ack.refused()).hasSize(rejected);
            });
    return new Taken(Optional.of(prepared), before.with(outcome.accepted(), List.of()), rejected);
  }

  /** The same for all rows. */
  static Taken of(Collection collection, Model.Table before, History.Step.Clear clear) {
    PreparedWrite prepared =
        RowWrites.prepare(collection, new ClearCollection(collection.name(), clear.durability()));
    int rows = before.rows().size();
    assertThat(prepared.command().isPresent()).isEqualTo(rows > 0);
    assertThat(prepared.reply(1))
        .isInstanceOfSatisfying(DeleteAck.class, ack -> assertThat(ack.deleted()).isEqualTo(rows));
    return new Taken(Optional.of(prepared), before.with(List.of(), before.ids()), 0);
  }

  /** The same for a delete. */
  static Taken of(Collection collection, Model.Table before, History.Step.Delete delete) {
    PreparedWrite prepared =
        collection.prepare(new DeleteVectors(collection.name(), delete.ids(), delete.durability()));
    Model.Table after = before.with(List.of(), delete.ids());
    int deleted = before.rows().size() - after.rows().size();
    assertThat(prepared.command().isPresent()).isEqualTo(deleted > 0);
    assertThat(prepared.reply(1))
        .isInstanceOfSatisfying(
            DeleteAck.class, ack -> assertThat(ack.deleted()).isEqualTo(deleted));
    return new Taken(Optional.of(prepared), after, 0);
  }
}
