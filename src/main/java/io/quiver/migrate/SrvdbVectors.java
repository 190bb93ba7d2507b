package io.quiver.migrate;

import io.quiver.core.DenseVector;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The rows of the file in which a database of SrvDB has its vectors. Belongs to one thread. */
final class SrvdbVectors implements Closeable {
  static final String FLOATS = "vectors.bin";
  static final String BYTES = "sq8_vectors.bin";
  static final String CENTROIDS = "quantized_vectors.bin";

  private final String name;
  private final FileWindow file;
  private final SrvdbHeader header;
  private SrvdbDecoder decoder;

  private SrvdbVectors(String name, FileWindow file) throws IOException {
    this.name = name;
    this.file = file;
    this.header = SrvdbHeader.read(file, codingOf(name));
    this.decoder = new SrvdbDecoder.Floats(header.dimension());
  }

  /**
   * Finds the file and opens it. A database that was switched from one coding to another may have
   * several; then it is the one that has as many rows as the database says.
   *
   * @param committed how many rows the database says it has, if it does
   * @throws MalformedFileException if none or several of them could be meant
   */
  static SrvdbVectors open(Disk disk, Path folder, OptionalLong committed) throws IOException {
    List<SrvdbVectors> found = new ArrayList<>();
    try {
      for (String name : List.of(FLOATS, BYTES, CENTROIDS)) {
        if (disk.exists(folder.resolve(name))) {
          found.add(openFile(disk, folder, name));
        }
      }
      SrvdbVectors one = choose(folder, found, committed);
      one.decoder = SrvdbDecoder.of(disk, folder, one.header);
      found.remove(one);
      return one;
    } finally {
      for (SrvdbVectors other : found) {
        other.close();
      }
    }
  }

  private static SrvdbHeader.Coding codingOf(String name) {
    return switch (name) {
      case BYTES -> SrvdbHeader.Coding.BYTES;
      case CENTROIDS -> SrvdbHeader.Coding.CENTROIDS;
      default -> SrvdbHeader.Coding.FLOATS;
    };
  }

  private static SrvdbVectors openFile(Disk disk, Path folder, String name) throws IOException {
    FileWindow file = FileWindow.open(disk, folder.resolve(name));
    try {
      return new SrvdbVectors(name, file);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static SrvdbVectors choose(Path folder, List<SrvdbVectors> found, OptionalLong committed)
      throws IOException {
    if (found.isEmpty()) {
      throw new NoSuchFileException(
          folder.toString(), null, "no " + FLOATS + ", " + BYTES + " or " + CENTROIDS);
    }
    List<SrvdbVectors> meant = found;
    if (found.size() > 1) {
      meant =
          found.stream()
              .filter(each ->
                  committed.isPresent()
                      ? each.header.count() == committed.getAsLong()
                      : each.header.count() > 0)
              .toList();
    }
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    List<String> counts =
        found.stream().map(each -> each.name + " has " + each.header.count() + " rows").toList();
    throw found
        .getFirst()
        .file
        .malformed(
            "header",
            8,
            "%s, the database %s: which are meant?"
                .formatted(
                    String.join(", ", counts),
                    committed.isPresent() ? committed.getAsLong() : "does not say how many"));
  }

  /** Components of every row. */
  int dimension() {
    return header.dimension();
  }

  /** Rows by the header. */
  long count() {
    return header.count();
  }

  /** Rows that lie in the file whole. */
  long wholeRows() {
    return (file.size() - SrvdbHeader.BYTES) / decoder.rowBytes();
  }

  boolean isExact() {
    return header.coding() == SrvdbHeader.Coding.FLOATS;
  }

  String name() {
    return name;
  }

  /**
   * Reads the vector of a row.
   *
   * @throws MalformedFileException if there is none, or none that cosine can compare
   */
  DenseVector read(long row, String id) throws IOException {
    long offset = SrvdbHeader.BYTES + row * decoder.rowBytes();
    if (row >= wholeRows()) {
      throw file.malformed(place(row, id), offset, "the file ends before that");
    }
    try {
      float[] components = new float[header.dimension()];
      decoder.decode(file.at(offset, decoder.rowBytes()), components);
      DenseVector vector = DenseVector.owning(components);
      DvecPayload.checkNorm(components, SrvdbRows.METRIC);
      return vector;
    } catch (QuiverException e) {
      throw file.malformed(place(row, id), offset, e.getMessage());
    }
  }

  private static String place(long row, String id) {
    return "row " + row + " (id " + id + ")";
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
