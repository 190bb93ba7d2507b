package io.quiver.snapshot;

import io.quiver.core.CollectionName;
import io.quiver.disk.Crc;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@code snapshot.json} says.
 *
 * @param uuid of the collection in the log; empty if it is of another node. Two that were restored
 *     of one snapshot have the same {@code filesUuid} and different rows
 * @param filesUuid what the heads of the files carry
 * @param createdSeconds Unix time
 * @param vectors living rows
 */
record SnapshotIndex(
    SnapshotName name,
    CollectionName collection,
    Optional<UUID> uuid,
    UUID filesUuid,
    long createdSeconds,
    long vectors,
    List<SavedFile> files) {
  SnapshotIndex {
    files = List.copyOf(files);
  }

  SnapshotIndex with(List<SavedFile> other) {
    return new SnapshotIndex(name, collection, uuid, filesUuid, createdSeconds, vectors, other);
  }

  /** The same under other names, as something that came from elsewhere. */
  SnapshotIndex from(CollectionName ofCollection, SnapshotName otherName) {
    return new SnapshotIndex(
        otherName, ofCollection, Optional.empty(), filesUuid, createdSeconds, vectors, files);
  }

  /** Whether both were taken of one collection, so that what only grows grew. */
  boolean isOfOneCollection(SnapshotIndex other) {
    return uuid.isPresent() && uuid.equals(other.uuid) && filesUuid.equals(other.filesUuid);
  }

  /** Whether every byte has its checksum. */
  boolean isSealed() {
    return files.stream().allMatch(SavedFile::isSealed);
  }

  long sizeBytes() {
    return files.stream().mapToLong(SavedFile::bytes).sum();
  }

  /** CRC32C of all that is said here, in 8 hex digits; empty until it is sealed. */
  String checksum() {
    return isSealed() ? digest() : "";
  }

  String digest() {
    StringBuilder text = new StringBuilder();
    text.append(name).append('\n').append(collection).append('\n');
    text.append(filesUuid).append('\n');
    text.append(createdSeconds).append('\n').append(vectors).append('\n');
    for (SavedFile file : files) {
      text.append(file.path()).append(' ').append(file.bytes()).append(file.sums()).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits(Crc.of(bytes, 0, bytes.length));
  }

  SnapshotInfo info() {
    return new SnapshotInfo(name, collection, createdSeconds, sizeBytes(), vectors, checksum());
  }
}
