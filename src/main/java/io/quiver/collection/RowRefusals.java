package io.quiver.collection;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.DeleteIf;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.WriteAck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Why a row is not written because of what stands, or does not stand, in its place. */
final class RowRefusals {
  private static final String NO_ROW = "absent";

  private RowRefusals() {}

  static QuiverException taken(VectorId id, String field) {
    return new QuiverException(
        ErrorCode.VECTOR_ALREADY_EXISTS,
        "Vector already exists: " + id,
        Map.of("field", field, "got", id.value()));
  }

  static QuiverException unknown(VectorId id, String field) {
    return new QuiverException(
        ErrorCode.VECTOR_NOT_FOUND,
        "Vector not found: " + id,
        Map.of("field", field, "got", id.value()));
  }

  /**
   * Whether a condition does not hold.
   *
   * @param place of the row in the request, before its field
   * @param version of the row that is there, 0 if none is
   */
  static Optional<QuiverException> conflict(
      VectorId id, String place, Precondition condition, long version) {
    return switch (condition) {
      case Precondition.None none -> Optional.empty();
      case Precondition.Absent absent ->
          version == 0
              ? Optional.empty()
              : Optional.of(conflict(id, place + "if_absent", NO_ROW, version));
      case Precondition.AtVersion(long want) ->
          version == want
              ? Optional.empty()
              : Optional.of(conflict(id, place + "if_version", String.valueOf(want), version));
    };
  }

  /**
   * The rows of a delete that are there and of which its conditions hold.
   *
   * @param version of the row of an id, 0 if there is none
   * @param refused gets the others
   * @throws QuiverException if one conflicts and the delete aborts then
   */
  static List<VectorId> deletable(
      DeleteIf delete, ToLongFunction<VectorId> version, List<WriteAck.Refused> refused) {
    List<VectorId> existing = new ArrayList<>();
    List<VectorId> ids = delete.delete().ids();
    for (int i = 0; i < ids.size(); i++) {
      VectorId id = ids.get(i);
      String place = ids.size() == 1 ? "" : "ids[" + i + "].";
      long present = version.applyAsLong(id);
      Optional<QuiverException> fault = conflict(id, place, delete.conditions().get(i), present);
      if (fault.isPresent()) {
        if (delete.onError() == OnError.ABORT) {
          throw fault.get();
        }
        refused.add(new WriteAck.Refused(i, id, fault.get().code(), fault.get().getMessage()));
      } else if (present != 0) {
        existing.add(id);
      }
    }
    return existing;
  }

  private static QuiverException conflict(VectorId id, String field, String want, long version) {
    String got = version == 0 ? NO_ROW : String.valueOf(version);
    return new QuiverException(
        ErrorCode.VERSION_CONFLICT,
        "version conflict: id=%s want=%s got=%s".formatted(id, want, got),
        Map.of("field", field, "expected", want, "got", got));
  }
}
