package io.quiver.quant;

import io.quiver.core.Metric;
import io.quiver.core.Quantization;
import io.quiver.vectors.VectorSpace;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * A byte for each run of components of a row, by ordinal: the number of the run's nearest centroid.
 * The centroids are found when the first row is coded, from a sample of the rows there are then.
 *
 * <pre>
 *  segments x u8, zeros up to a multiple of 16
 * </pre>
 *
 * <p>Thread safety: see {@link RowCodes}.
 */
public final class ProductRows implements RowCodes {
  /** More make codes hardly better, and training longer. */
  private static final int SAMPLE_PER_CENTROID = 24;

  private static final int SAMPLE_COMPONENTS_MAX = 1 << 24;
  private static final int OUTGROWN = 8;
  private static final int ITEM_MULTIPLE = 16;

  final Metric metric;
  private final VectorSpace rows;
  private final Quantization.Product wanted;
  private final CodeMemory budget;
  private final Arena arena;
  private final Chunks chunks;
  private final float[] row;
  private final float[] distances;
  private volatile Optional<ProductCodebook> book = Optional.empty();
  private volatile int trainedOn;

  /** None yet; their memory lives as long as the arena. */
  public ProductRows(
      VectorSpace rows, Quantization.Product wanted, CodeMemory budget, Arena arena) {
    this.rows = rows;
    this.metric = rows.metric();
    this.wanted = wanted;
    this.budget = budget;
    this.arena = arena;
    int items = (wanted.segments() + ITEM_MULTIPLE - 1) / ITEM_MULTIPLE * ITEM_MULTIPLE;
    this.chunks = new Chunks(items, budget, arena);
    this.row = new float[rows.dimension()];
    this.distances = new float[wanted.centroids()];
  }

  /** Fewer rows than four for each centroid would be their own centroids. */
  @Override
  public int rowsMin() {
    return 4 * wanted.centroids();
  }

  @Override
  public boolean encode(int ordinal) {
    if (!chunks.reserve(ordinal)) {
      return false;
    }
    ProductCodebook trained = book.orElseGet(this::train);
    rows.read(ordinal, row);
    long at = chunks.at(ordinal);
    for (int segment = 0; segment < trained.segments; segment++) {
      byte code = (byte) trained.nearest(segment, row, distances);
      Chunks.ALL.set(ValueLayout.JAVA_BYTE, at + segment, code);
    }
    return true;
  }

  private ProductCodebook train() {
    int count = rows.count();
    int most = Math.max(wanted.centroids(), SAMPLE_COMPONENTS_MAX / rows.dimension());
    int size = Math.min(count, Math.min(most, SAMPLE_PER_CENTROID * wanted.centroids()));
    float[][] sample = new float[size][rows.dimension()];
    for (int i = 0; i < size; i++) {
      rows.read((int) ((long) i * count / size), sample[i]);
    }
    ProductCodebook trained = ProductCodebook.train(sample, wanted.segments(), wanted.centroids());
    trainedOn = count;
    book = Optional.of(trained);
    return trained;
  }

  @Override
  public ProductScorer scorer() {
    return new ProductScorer(this, book.orElseThrow());
  }

  /** Where a row's code lies in {@link Chunks#ALL}. */
  long at(int ordinal) {
    return chunks.at(ordinal);
  }

  /** Estimates that are some percent off confuse more neighbours than bytes do. */
  @Override
  public int spare(int wantedRows) {
    return 5 * wantedRows + ITEM_MULTIPLE;
  }

  @Override
  public boolean isOutgrown(int count) {
    return trainedOn > 0
        && trainedOn < SAMPLE_PER_CENTROID * wanted.centroids()
        && count / OUTGROWN >= trainedOn;
  }

  @Override
  public RowCodes renewed() {
    return new ProductRows(rows, wanted, budget, arena);
  }

  @Override
  public long memoryBytes() {
    return chunks.memoryBytes();
  }

  @Override
  public void close() {
    chunks.close();
  }
}
