package io.quiver.metadata;

import io.quiver.core.Metadata;
import java.io.IOException;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/**
 * The texts of one shard's rows, searched by BM25. Every string in the metadata is indexed, under
 * the dotted path that leads to it. Statistics are of all rows that were added, also of those that
 * died since.
 *
 * <p>Thread safety: one thread at a time adds and publishes; any thread searches.
 */
public final class TextIndex implements RowIndex {
  /** How soon another mention of a word counts less, and how much a long text is held back. */
  static final float K1 = 1.2f;

  static final float B = 0.75f;
  static final Similarity BM25 = new BM25Similarity(K1, B);

  private final TextFields fields;
  private final OrdinalIndex index;

  public TextIndex() {
    this(TextFields.PATHS_MAX);
  }

  TextIndex(int pathsMax) {
    fields = new TextFields(pathsMax);
    index = new OrdinalIndex(new IndexWriterConfig(TextFields.ANALYZER).setSimilarity(BM25));
  }

  @Override
  public void add(Metadata metadata) throws IOException {
    index.add(fields.document(metadata));
  }

  /** Without text it is not found. */
  @Override
  public void skip() throws IOException {
    index.add(new Document());
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

  /** What searches read, held: the caller must {@code decRef} it. */
  DirectoryReader reader() {
    return index.reader();
  }

  TextFields fields() {
    return fields;
  }

  @Override
  public void close() {
    index.close();
  }
}
