package io.quiver.migrate;

import io.quiver.core.DenseVector;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.disk.Disk;
import io.quiver.message.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The rows of a directory of VJson (docs/formats/vjson.md): vectors in {@code vectors.bin}, and in
 * the same order their ids and metadata in {@code metadata.ndjson}, or in the older {@code
 * metadata.json}. Of several rows with one id the last is the row. Everything is read once when it
 * is opened, to check it and to find the last rows, and once more for the rows.
 */
public final class VjsonRows implements LibraryRows {
  static final String VECTORS = "vectors.bin";
  static final String LINES = "metadata.ndjson";
  static final String ARRAY = "metadata.json";
  static final String TEXTS = "text_index";

  private final FileWindow vectors;
  private final FileWindow metadata;
  private final boolean isArray;
  private final IdHash hash = new IdHash();
  private final LastRecords last = new LastRecords();
  private final LeftOut leftOut = new LeftOut();
  private final List<String> notes = new ArrayList<>();
  private VjsonShape shape = new VjsonShape(0, 0, 0);
  private long unsure;
  private VjsonRecords position;

  private VjsonRows(FileWindow vectors, FileWindow metadata, boolean isArray) throws IOException {
    this.vectors = vectors;
    this.metadata = metadata;
    this.isArray = isArray;
    this.position = records();
  }

  /**
   * Opens and checks a directory.
   *
   * @param dimension what the application gave to {@code VectorDB(path, dimension)}; if absent it
   *     must follow from the sizes of the files
   * @throws MalformedFileException if the two files do not belong together, or one breaks in a way
   *     that leaves open which vector is whose
   * @throws java.nio.file.NoSuchFileException if one of the files is not there
   */
  public static VjsonRows open(Disk disk, Path folder, OptionalInt dimension) throws IOException {
    boolean isArray = !disk.exists(folder.resolve(LINES)) && disk.exists(folder.resolve(ARRAY));
    FileWindow vectors = FileWindow.open(disk, folder.resolve(VECTORS));
    FileWindow metadata;
    try {
      metadata = FileWindow.open(disk, folder.resolve(isArray ? ARRAY : LINES));
    } catch (IOException e) {
      vectors.close();
      throw e;
    }
    VjsonRows rows = null;
    try {
      rows = new VjsonRows(vectors, metadata, isArray);
      rows.look(disk, folder);
      rows.survey(dimension);
      return rows;
    } catch (IOException | RuntimeException e) {
      vectors.close();
      metadata.close();
      throw e;
    }
  }

  private void look(Disk disk, Path folder) {
    if (disk.isDirectory(folder.resolve(TEXTS))) {
      notes.add(TEXTS + "/ is not read: texts given to insert_with_text stay there");
    }
    if (!isArray && disk.exists(folder.resolve(ARRAY))) {
      notes.add(ARRAY + " is not read: " + LINES + " has taken its place");
    }
  }

  private VjsonRecords records() throws IOException {
    return isArray ? new VjsonArray(metadata) : new VjsonLines(metadata);
  }

  private void survey(OptionalInt dimension) throws IOException {
    long whole = 0;
    boolean isTorn = false;
    for (VjsonRecords each = records(); each.advance(); ) {
      isTorn = each.mayBeTorn() && isBroken(each);
      whole += isTorn ? 0 : 1;
    }
    shape = VjsonShape.of(vectors, whole, isTorn, dimension);
    if (shape.restBytes() > 0) {
      notes.add(
          "%s: %,d bytes behind row %,d are no whole vector"
              .formatted(VECTORS, shape.restBytes(), shape.rows() - 1));
    }
    for (VjsonRecords each = records(); each.advance(); ) {
      try {
        Row row = read(each);
        if (!last.put(hash.of(row.id()), each.offset())) {
          unsure++;
        }
      } catch (MalformedFileException e) {
        leftOut.add(e);
      }
    }
    position = records();
  }

  private boolean isBroken(VjsonRecords at) throws IOException {
    try {
      VjsonRecord.parse(bytes(at));
      return false;
    } catch (QuiverException e) {
      return true;
    }
  }

  private Row read(VjsonRecords at) throws IOException {
    VjsonRecord record;
    try {
      record = VjsonRecord.parse(bytes(at));
    } catch (QuiverException e) {
      throw metadata.malformed(at.place(), at.offset(), e.getMessage());
    }
    long offset = at.index() * shape.dimension() * Float.BYTES;
    try {
      float[] components = new float[shape.dimension()];
      vectors.at(offset, components.length * Float.BYTES).asFloatBuffer().get(components);
      DenseVector vector = DenseVector.owning(components);
      DvecPayload.checkNorm(components, metric());
      return new Row(record.id(), vector, record.data());
    } catch (QuiverException e) {
      throw vectors.malformed(
          "row " + at.index() + " (" + at.place() + ", id " + record.id() + ")",
          offset,
          e.getMessage());
    }
  }

  private byte[] bytes(VjsonRecords at) throws IOException {
    ByteBuffer window = metadata.at(at.offset(), at.length());
    byte[] bytes = new byte[at.length()];
    window.get(bytes);
    return bytes;
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (position.advance()) {
      try {
        Row row = read(position);
        UUID id = hash.of(row.id());
        if (!last.hasLater(id, position.offset())) {
          return Optional.of(row);
        }
      } catch (MalformedFileException told) {
        // The survey has told it.
      }
    }
    return Optional.empty();
  }

  @Override
  public double fraction() {
    return shape.rows() == 0 ? 1 : Math.min(1, (position.index() + 1.0) / shape.rows());
  }

  @Override
  public int dimension() {
    return shape.dimension();
  }

  @Override
  public Metric metric() {
    return Metric.EUCLIDEAN;
  }

  /** How many rows come. */
  public long total() {
    return last.count() + unsure;
  }

  @Override
  public long refused() {
    return leftOut.count();
  }

  @Override
  public List<String> problems() {
    return leftOut.problems();
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() throws IOException {
    try (vectors) {
      metadata.close();
    }
  }
}
