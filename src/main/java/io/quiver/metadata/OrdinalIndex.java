package io.quiver.metadata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogDocMergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * A Lucene index whose document {@code n} is the row of ordinal {@code n}: rows come in the order
 * of their ordinals, one that has nothing to index, or is dead, as an empty document, and only
 * neighbouring segments are merged. It lies in memory; what it is made of can be read again.
 *
 * <p>Thread safety: one thread at a time calls {@link #add}, {@link #publish} and {@link #tidy};
 * any thread searches what {@link #reader} gives it. After a failure of any of them the index is of
 * no use.
 *
 * <p>Invariant: a reader has the documents {@code [0, maxDoc)}, none of them deleted.
 */
final class OrdinalIndex implements AutoCloseable {
  private static final double BUFFER_MEGABYTES = 16;

  private final WhenAsked scheduler = new WhenAsked();
  private final Directory directory = new ByteBuffersDirectory();
  private final IndexWriter writer;
  private volatile DirectoryReader reader;
  private int count;
  private volatile long memoryBytes;

  /** An empty index. */
  OrdinalIndex(IndexWriterConfig config) {
    try {
      writer =
          new IndexWriter(
              directory,
              config
                  .setCommitOnClose(false)
                  .setRAMBufferSizeMB(BUFFER_MEGABYTES)
                  .setMergePolicy(new LogDocMergePolicy())
                  .setMergeScheduler(scheduler));
      reader = DirectoryReader.open(writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Merges in the thread that asks for it, and never in one that searches or adds. */
  private static final class WhenAsked extends MergeScheduler {
    private volatile Optional<MergeSource> merges = Optional.empty();

    @Override
    public void merge(MergeSource source, MergeTrigger trigger) {
      merges = Optional.of(source); // Lucene calls only when there are new ones.
    }

    /** Does one; returns whether there are more. */
    boolean runNext() throws IOException {
      if (merges.isEmpty() || !merges.get().hasPendingMerges()) {
        return false;
      }
      merges.get().merge(merges.get().getNextMerge());
      return merges.get().hasPendingMerges();
    }

    @Override
    public void close() {}
  }

  /** Adds what is to be found of the row of the next ordinal. */
  void add(Document document) throws IOException {
    writer.addDocument(document);
    count++;
  }

  /** Rows added so far: the next one has this ordinal. */
  int count() {
    return count;
  }

  /** Lets searches see all rows that were added. */
  void publish() throws IOException {
    DirectoryReader former = reader;
    DirectoryReader next = DirectoryReader.openIfChanged(former, writer);
    if (next != null) {
      assert next.maxDoc() == count && next.numDocs() == count : next + " of " + count;
      reader = next;
      former.decRef(); // Searches may be in it.
    }
    long bytes = writer.ramBytesUsed();
    for (String file : directory.listAll()) {
      bytes += directory.fileLength(file);
    }
    memoryBytes = bytes;
  }

  /**
   * Does one merge of segments, if there is one to do.
   *
   * @return whether there may be more
   */
  boolean tidy() throws IOException {
    return scheduler.runNext();
  }

  /** The present reader, held: the caller must {@code decRef} it. */
  DirectoryReader reader() {
    while (true) {
      DirectoryReader present = reader;
      if (present.tryIncRef()) {
        return present;
      }
    }
  }

  /** Bytes of heap as of the last {@link #publish}. */
  long memoryBytes() {
    return memoryBytes;
  }

  /** Nobody searches or adds any more. */
  @Override
  public void close() {
    try {
      reader.close();
      writer.rollback();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
