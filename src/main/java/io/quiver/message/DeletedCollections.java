package io.quiver.message;

import java.util.List;

/** What was deleted and can be restored, oldest deletion first. */
public record DeletedCollections(List<Entry> entries) implements RecoveryReply {
  /**
   * One of them.
   *
   * @param folder its name in {@code .deleted/}
   * @param deletedMillis Unix time
   * @param ageMillis since then, by the node's clock
   */
  public record Entry(String folder, long deletedMillis, long ageMillis) {
    /** What {@link RestoreCollection} takes. */
    public BackupPath path() {
      return new BackupPath(BackupPath.DELETED + "/" + folder);
    }
  }

  public DeletedCollections {
    entries = List.copyOf(entries);
  }
}
