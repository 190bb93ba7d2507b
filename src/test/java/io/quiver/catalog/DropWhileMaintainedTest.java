package io.quiver.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.collection.Collection;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.Disk;
import io.quiver.disk.DiskFile;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import io.quiver.message.Command;
import io.quiver.message.GetVectors;
import io.quiver.message.Row;
import io.quiver.message.WriteVectors;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A name is dropped and made again while a checkpoint of the old collection is under way; then the
 * process crashes.
 */
class DropWhileMaintainedTest {
  private static final CollectionName NAME = new CollectionName("c");
  private static final CollectionConfig CONFIG = CollectionConfig.of("c", 2, Metric.EUCLIDEAN);
  private static final DatabaseOptions BY_HAND = new DatabaseOptions(1 << 20, 1 << 20, 0);

  /** Long enough for a drop that does not wait to be over. */
  private static final long DROP_MILLIS = 500;

  @TempDir Path folder;

  @Test
  void theNewCollectionKeepsItsRows() throws Exception {
    HeldDisk disk = new HeldDisk(folder.resolve("c"));
    Database crashed = Database.open(disk, folder, BY_HAND);
    try {
      write(crashed, crashed.create(CONFIG), "old");
      disk.held = true;
      Thread maintenance = Thread.ofPlatform().start(crashed::runMaintenance);
      disk.reached.await(); // all of the checkpoint is done but its manifest
      disk.held = false;
      Thread change =
          Thread.ofPlatform()
              .start(() -> {
                crashed.drop(NAME);
                write(crashed, crashed.create(CONFIG), "new");
              });
      change.join(DROP_MILLIS);
      disk.goOn.countDown();
      maintenance.join();
      change.join();
    } finally {
      crashed.halt();
    }
    try (Database database = Database.open(new OsDisk(), folder, BY_HAND)) {
      Collection found = database.find(NAME).orElseThrow();
      assertThat(found.fault()).isEmpty();
      assertThat(found.stats().vectorCount()).isEqualTo(1);
      assertThat(found.get(new GetVectors(NAME, ids(), false, false)).rows())
          .extracting(row -> row.id().value())
          .containsExactly("new");
    }
  }

  private static List<VectorId> ids() {
    return List.of(new VectorId("old"), new VectorId("new"));
  }

  private static void write(Database database, Collection collection, String id) {
    Row row = new Row(new VectorId(id), DenseVector.of(new float[] {1, 2}), Metadata.ofJson(""));
    Command command =
        collection.prepare(WriteVectors.upsert(NAME, List.of(row))).command().orElseThrow();
    long lsn = database.append(collection.uuid(), command);
    database.sync(true);
    collection.apply(lsn, command);
  }

  /** Real files; while {@code held}, the sync of one folder waits. */
  private static final class HeldDisk implements Disk {
    private final Disk real = new OsDisk();
    private final Path folder;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile boolean held;

    HeldDisk(Path folder) {
      this.folder = folder;
    }

    @Override
    public void syncDirectory(Path path) throws IOException {
      if (held && path.equals(folder)) {
        reached.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      real.syncDirectory(path);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
      return real.open(file);
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
      return real.openReadOnly(file);
    }

    @Override
    public void createDirectories(Path path) throws IOException {
      real.createDirectories(path);
    }

    @Override
    public List<String> list(Path path) throws IOException {
      return real.list(path);
    }

    @Override
    public boolean exists(Path path) {
      return real.exists(path);
    }

    @Override
    public boolean isDirectory(Path path) {
      return real.isDirectory(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      real.rename(from, to);
    }

    @Override
    public void link(Path file, Path name) throws IOException {
      real.link(file, name);
    }

    @Override
    public void delete(Path path) throws IOException {
      real.delete(path);
    }

    @Override
    public long usableBytes(Path path) throws IOException {
      return real.usableBytes(path);
    }

    /** None: a process that crashed holds no lock. */
    @Override
    public Closeable lock(Path file) {
      return () -> {};
    }
  }
}
