package io.quiver.message;

import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import java.util.List;
import java.util.Optional;

/**
 * Rows, and the version of each at the moment it was read. A part that was not asked for is {@code
 * DenseVector.NONE} or {@code Metadata.ABSENT}.
 *
 * @param versions one for each row
 * @param next where a scroll goes on
 */
public record VersionedRows(List<Row> rows, List<Long> versions, Optional<VectorId> next)
    implements KeyReply {
  public VersionedRows {
    rows = List.copyOf(rows);
    versions = List.copyOf(versions);
    if (rows.size() != versions.size()) {
      throw QuiverException.invalid("versions", rows.size() + " versions", versions.size());
    }
  }
}
