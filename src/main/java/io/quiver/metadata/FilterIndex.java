package io.quiver.metadata;

import io.quiver.core.Deadline;
import io.quiver.core.Metadata;
import io.quiver.core.OrdinalSet;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldFacts;
import io.quiver.filter.FieldPath;
import io.quiver.filter.FieldTree;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterValue;
import io.quiver.filter.IndexedFields;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjLongConsumer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriterConfig;

/**
 * The fields of one shard's rows, for filters: which rows meet one, or may. At most {@link
 * #FIELDS_MAX} fields are known, those that came first; of the others it says nothing.
 *
 * <p>Thread safety: as {@link RowIndex}.
 */
public final class FilterIndex implements RowIndex {
  /** Each field costs memory in each part of an index, whether many rows have it or one. */
  public static final int FIELDS_MAX = 1_000;

  /** Of so few rows it is as well to ask the rows as to look through all strings of a field. */
  private static final int FEW_ROWS = 512;

  private final FieldTree tree;
  private final int fewRows;
  private final OrdinalIndex index = new OrdinalIndex(new IndexWriterConfig(new KeywordAnalyzer()));

  public FilterIndex(IndexedFields fields) {
    this(fields, FIELDS_MAX, FEW_ROWS);
  }

  FilterIndex(IndexedFields fields, int fieldsMax, int fewRows) {
    this.fewRows = fewRows;
    tree = new FieldTree(fields, fieldsMax);
  }

  @Override
  public void add(Metadata metadata) throws IOException {
    Optional<Document> document = document(metadata);
    if (document.isPresent()) {
      index.add(document.get());
    } else {
      skip();
    }
  }

  /** Empty if the metadata are no JSON, or have a text that UTF-8 has not: the row has to tell. */
  private Optional<Document> document(Metadata metadata) {
    try {
      List<FieldFacts> fields = tree.read(metadata.toUtf8());
      for (FieldFacts field : fields) {
        for (FilterValue value : field.values()) {
          if (value instanceof FilterValue.Text(String text) && !FieldTerms.isSayable(text)) {
            return Optional.empty();
          }
        }
      }
      return Optional.of(FieldTerms.document(fields));
    } catch (IOException noJson) {
      return Optional.empty();
    }
  }

  /** Searches that look at an older state may mean it: nothing is known of it. */
  @Override
  public void skip() throws IOException {
    Document document = new Document();
    FieldTerms.put(document, FilterSearch.SKIPPED_FIELD, FilterSearch.SKIPPED);
    index.add(document);
  }

  @Override
  public int count() {
    return index.count();
  }

  @Override
  public void publish() throws IOException {
    index.publish();
  }

  @Override
  public boolean tidy() throws IOException {
    return index.tidy();
  }

  @Override
  public long memoryBytes() {
    return index.memoryBytes();
  }

  /**
   * What the index knows of the rows that a filter means, dead ones among them.
   *
   * @param withIds what is known of the rows with one of some ids, below a bound
   * @return of the rows that are searchable at this moment: those below the sets' bound
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public FilterBounds resolve(Filter filter, IdRows withIds, Deadline deadline) throws IOException {
    DirectoryReader reader = index.reader();
    try {
      return new FilterSearch(reader, tree, fewRows, withIds, deadline).resolve(filter);
    } finally {
      reader.decRef();
    }
  }

  /**
   * Tells of every string, number and boolean at a field how many rows have it; of the same one
   * perhaps several times.
   *
   * @param rows those that count
   * @return those of them about which nothing was told
   * @throws io.quiver.core.QuiverException DEADLINE_EXCEEDED
   */
  public OrdinalSet count(
      FieldPath field, OrdinalSet rows, ObjLongConsumer<FilterValue> found, Deadline deadline)
      throws IOException {
    DirectoryReader reader = index.reader();
    try {
      if (tree.known(field.keys()) == FieldTree.Known.UNKNOWN) {
        return rows;
      }
      String path = field.toString();
      RowQueries queries = new RowQueries(reader, deadline);
      OrdinalSet told = rows.and(FilterSearch.skipped(queries).not());
      told = told.and(queries.rows(FieldTerms.terms(path), FieldTerms.HAS_CUT).not());
      new FieldValues(reader, told, deadline).each(path, found);
      return rows.and(told.or(FilterBounds.none(rows.bound())).not());
    } finally {
      reader.decRef();
    }
  }

  /**
   * What ids alone say of the rows below a bound.
   *
   * @param filter asks for no field
   */
  public static FilterBounds byIds(Filter filter, IdRows withIds, int bound, Deadline deadline)
      throws IOException {
    return new FilterSearch(withIds, bound, deadline).of(filter, bound);
  }

  /** Finds rows by their ids. */
  @FunctionalInterface
  public interface IdRows {
    /** What is known of the rows below a bound that have one of the ids. */
    FilterBounds find(List<VectorId> ids, int bound) throws IOException;
  }

  @Override
  public void close() {
    index.close();
  }
}
