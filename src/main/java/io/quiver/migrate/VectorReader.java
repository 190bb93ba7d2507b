package io.quiver.migrate;

import io.quiver.message.Row;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The rows of a file in their order, read as a stream. A row without an id of its own gets its row
 * number, counted from 0: reading the file again gives the same ids. Belongs to one thread.
 */
public interface VectorReader extends Closeable {
  /**
   * The next row, or empty after the last.
   *
   * @throws MalformedFileException with row or line and byte offset; the reader is then at its end
   * @throws IOException if the disk fails
   */
  Optional<Row> next() throws IOException;

  /** How much of the file was read, 0 to 1. */
  double fraction();

  /**
   * Opens a file by its name: {@code .fvecs}, {@code .bvecs}, {@code .npy}, {@code .ndjson}, {@code
   * .jsonl}, each also with {@code .gz} behind it.
   */
  static VectorReader open(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    String suffix = plain.substring(plain.lastIndexOf('.') + 1);
    return switch (suffix) {
      case "fvecs" -> new XvecsReader(Source.open(file), XvecsReader.Component.FLOAT32);
      case "bvecs" -> new XvecsReader(Source.open(file), XvecsReader.Component.UINT8);
      case "npy" -> new NpyReader(Source.open(file));
      case "ndjson", "jsonl" -> new NdjsonReader(Source.open(file));
      default ->
          throw new IOException(
              file.getFileName()
                  + ": expected a name that ends in .fvecs, .bvecs, .npy, .ndjson or .jsonl"
                  + " (or one of them and .gz)");
    };
  }
}
