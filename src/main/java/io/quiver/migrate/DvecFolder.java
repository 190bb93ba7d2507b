package io.quiver.migrate;

import io.quiver.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Tells d-vecDB's folders from Quiver's, and from what is neither. */
final class DvecFolder {
  /** A shard of Quiver: then the folder is Quiver's, whatever else is in it. */
  private static final Pattern SHARD = Pattern.compile("\\d{1,9}(\\.\\d{1,19})?");

  /** What every manifest of Quiver has; a part of it may have rotted. */
  private static final List<String> OURS = List.of("\"crc32c\"", "\"format_version\"", "\"uuid\"");

  /** A length and the length of an id. */
  private static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;

  private static final int MANIFEST_BYTES_MAX = 1 << 20;

  private DvecFolder() {}

  /** What a folder is. */
  enum Kind {
    /** It has a metadata.json that is not Quiver's: d-vecDB's, perhaps a broken one. */
    COLLECTION,
    /** Vectors without a metadata.json. */
    ORPHAN,
    OTHER
  }

  static Kind of(Disk disk, Path folder) throws IOException {
    List<String> names = disk.list(folder);
    if (names.stream().anyMatch(name -> SHARD.matcher(name).matches())) {
      return Kind.OTHER;
    }
    boolean hasFiles = names.contains(DvecRows.VECTORS) || names.contains("index.bin");
    if (!names.contains(DvecMetadata.METADATA)) {
      return hasFiles && isTheirs(disk, folder.resolve(DvecRows.VECTORS))
          ? Kind.ORPHAN
          : Kind.OTHER;
    }
    return isOurs(disk, folder.resolve(DvecMetadata.METADATA)) ? Kind.OTHER : Kind.COLLECTION;
  }

  /** Whether a file is absent, empty, all zeros as far as one looks, or begins with a record. */
  private static boolean isTheirs(Disk disk, Path vectors) throws IOException {
    if (!disk.exists(vectors)) {
      return true;
    }
    if (disk.isDirectory(vectors)) {
      return false;
    }
    try (FileWindow file = FileWindow.open(disk, vectors)) {
      int bytes = (int) Math.min(HEAD_BYTES, file.size());
      ByteBuffer head = file.at(0, bytes);
      boolean isEmpty = bytes < HEAD_BYTES || head.getLong(0) == 0;
      return isEmpty
          || head.getLong(0) == DvecPayload.ID_BYTES
          || head.getLong(Integer.BYTES) == DvecPayload.ID_BYTES;
    }
  }

  private static boolean isOurs(Disk disk, Path manifest) throws IOException {
    if (disk.isDirectory(manifest) || disk.size(manifest) > MANIFEST_BYTES_MAX) {
      return true; // Neither's: left to the catalog, which says what is wrong with it.
    }
    String text = new String(disk.readAll(manifest), StandardCharsets.ISO_8859_1);
    return OURS.stream().anyMatch(text::contains);
  }
}
