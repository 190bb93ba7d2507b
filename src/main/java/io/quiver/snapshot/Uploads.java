package io.quiver.snapshot;

import io.quiver.catalog.Database;
import io.quiver.catalog.FileTree;
import io.quiver.collection.StorageErrors;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.disk.DamagedFileException;
import io.quiver.disk.Disk;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotName;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.UploadState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Snapshots that come from elsewhere, part by part, into folders {@code
 * snapshots/<collection>/._<name>}: nobody sees one before it is whole and every byte of it was
 * verified. One that nobody goes on with is deleted after a while, and all of them at a start.
 *
 * <p>Thread safety: {@link #publish} one thread at a time, with the rest of {@link Snapshots}; the
 * rest from any.
 */
public final class Uploads {
  private static final System.Logger LOG = System.getLogger(Uploads.class.getName());

  private record Key(CollectionName collection, SnapshotName snapshot) {}

  private final Database database;
  private final Disk disk;
  private final Path root;
  private final Snapshots snapshots;
  private final long idleNanosMax;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Key, Upload> open = new HashMap<>();

  /** What is being verified: its folder is nobody else's until that is over. */
  private final Set<Key> publishing = new HashSet<>();

  public Uploads(Database database, Snapshots snapshots) {
    this(database, snapshots, TimeUnit.MINUTES.toNanos(Limits.UPLOAD_IDLE_MINUTES_MAX));
  }

  Uploads(Database database, Snapshots snapshots, long idleNanosMax) {
    this.database = database;
    this.disk = database.disk();
    this.root = database.root().resolve(Snapshots.FOLDER);
    this.snapshots = snapshots;
    this.idleNanosMax = idleNanosMax;
  }

  /**
   * Stores a part.
   *
   * @throws QuiverException CONFLICT if there is a snapshot of this name, or the part belongs
   *     elsewhere; INVALID_ARGUMENT if it cannot be of a snapshot: then nothing of the upload is
   *     left; OVERLOADED; a disk's refusal: what is stored counts
   */
  public UploadState put(UploadSnapshot part) {
    Key key = new Key(part.collection(), part.snapshot());
    lock.lock();
    try {
      expire();
      if (snapshots.exists(key.collection, key.snapshot)) {
        throw conflict("snapshot", "a name that is free", key.snapshot);
      }
      Upload upload = part.offset() == 0 ? begin(key) : existing(key);
      if (upload.receivedBytes() != part.offset()) {
        throw conflict("offset", String.valueOf(upload.receivedBytes()), part.offset());
      }
      append(key, upload, part);
      return state(key, upload);
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    } finally {
      lock.unlock();
    }
  }

  private void append(Key key, Upload upload, UploadSnapshot part) throws IOException {
    try {
      upload.append(part.bytes());
    } catch (QuiverException wrong) {
      discard(key);
      throw wrong;
    }
  }

  private Upload begin(Key key) throws IOException {
    if (publishing.contains(key)) {
      throw conflict("snapshot", "one that is not being published", key.snapshot);
    }
    discard(key);
    if (open.size() >= Limits.UPLOADS_MAX) {
      throw new QuiverException(
          ErrorCode.OVERLOADED, "too many snapshots on their way in: max=" + Limits.UPLOADS_MAX);
    }
    Path folder = root.resolve(key.collection.value()).resolve("._" + key.snapshot);
    FileTree.delete(disk, folder);
    Upload upload = new Upload(disk, folder, database.root());
    open.put(key, upload);
    return upload;
  }

  private Upload existing(Key key) {
    Upload upload = open.get(key);
    if (upload == null) {
      throw new QuiverException(
          ErrorCode.SNAPSHOT_NOT_FOUND,
          "no snapshot of this name is on its way in: " + key.snapshot,
          Map.of("field", "snapshot", "got", key.snapshot.value()));
    }
    return upload;
  }

  private static QuiverException conflict(String field, String expected, Object got) {
    return new QuiverException(
        ErrorCode.CONFLICT,
        "%s: want=%s got=%s".formatted(field, expected, got),
        Map.of("field", field, "expected", expected, "got", String.valueOf(got)));
  }

  private static UploadState state(Key key, Upload upload) {
    return new UploadState(key.snapshot, upload.receivedBytes(), upload.totalBytes());
  }

  /** How much is there. */
  public UploadState get(CollectionName collection, SnapshotName snapshot) {
    Key key = new Key(collection, snapshot);
    lock.lock();
    try {
      return state(key, existing(key));
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is left of it when it returns. */
  public void cancel(CollectionName collection, SnapshotName snapshot) {
    Key key = new Key(collection, snapshot);
    lock.lock();
    try {
      existing(key);
      discard(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Reads all of it, and puts it among the snapshots; durable when it returns.
   *
   * @throws QuiverException SNAPSHOT_NOT_FOUND; CONFLICT if something is missing; INVALID_ARGUMENT
   *     naming file and offset if it is not what it says: then nothing of it is left
   */
  public SnapshotInfo publish(CollectionName collection, SnapshotName snapshot) {
    Key key = new Key(collection, snapshot);
    Upload upload = whole(key);
    try {
      SnapshotIndex index = upload.archive().index();
      for (SavedFile file : index.files()) {
        FileSums.verify(disk, upload.folder().resolve(file.path()), file);
      }
      new SnapshotFolder(disk, upload.folder()).syncFolders(index);
      database.adoption().expectSound(upload.folder());
      return snapshots.publish(upload.folder(), index.from(collection, snapshot));
    } catch (DamagedFileException e) {
      throw QuiverException.invalid("body", "a whole snapshot", e.getMessage());
    } catch (IOException e) {
      throw StorageErrors.ofWrite(e);
    } finally {
      delete(upload.folder()); // Nothing if it was published: then it has another name.
      published(key);
    }
  }

  /** Takes it out, so that nobody writes to it any more. */
  private Upload whole(Key key) {
    lock.lock();
    try {
      Upload upload = existing(key);
      if (upload.receivedBytes() != upload.totalBytes()) {
        throw conflict("upload", upload.totalBytes() + " bytes", upload.receivedBytes());
      }
      open.remove(key);
      publishing.add(key);
      return upload;
    } finally {
      lock.unlock();
    }
  }

  private void published(Key key) {
    lock.lock();
    try {
      publishing.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of what nobody went on with. */
  public void expire() {
    lock.lock();
    try {
      for (Map.Entry<Key, Upload> each : List.copyOf(open.entrySet())) {
        if (each.getValue().idleNanos() > idleNanosMax) {
          discard(each.getKey());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void discard(Key key) {
    Upload upload = open.remove(key);
    if (upload != null) {
      delete(upload.folder());
    }
  }

  /** What cannot be deleted goes at the next start. */
  private void delete(Path folder) {
    try {
      FileTree.delete(disk, folder);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "{0} stays: {1}", folder, e.getMessage());
    }
  }
}
