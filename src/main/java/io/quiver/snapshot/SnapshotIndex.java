package io.quiver.snapshot;

import io.quiver.core.CollectionName;
import io.quiver.disk.Crc;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What {@code snapshot.json} says.
 *
 * @param filesUuid what the heads of the files carry
 * @param createdSeconds Unix time
 * @param vectors living rows
 */
record SnapshotIndex(
    SnapshotName name,
    CollectionName collection,
    UUID filesUuid,
    long createdSeconds,
    long vectors,
    List<SavedFile> files) {
  SnapshotIndex {
    files = List.copyOf(files);
  }

  SnapshotIndex with(List<SavedFile> other) {
    return new SnapshotIndex(name, collection, filesUuid, createdSeconds, vectors, other);
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
