package io.quiver.collection;

import io.quiver.core.CollectionName;
import io.quiver.core.Owner;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What {@code metadata.json} says of a collection: its configuration and its last checkpoint. The
 * one commit point of a checkpoint is the replacement of this file.
 *
 * @param uuid names the collection in the log; a collection recreated under the same name has
 *     another
 * @param createdAtMillis Unix time
 * @param updatedAtMillis Unix time of the last checkpoint
 * @param checkpointLsn the files need no log record up to this one
 * @param filesUuid what the heads of its files carry: that of the collection that wrote them first;
 *     another one than {@code uuid} if they were restored
 * @param owner who it belongs to, as its creator said
 */
public record Manifest(
    CollectionConfig config,
    UUID uuid,
    long createdAtMillis,
    long updatedAtMillis,
    long checkpointLsn,
    List<ShardCheckpoint> shards,
    UUID filesUuid,
    Owner owner) {
  public Manifest {
    shards = List.copyOf(shards);
    if (shards.size() != config.shards()) {
      throw new IllegalArgumentException(
          "shards: want=%d got=%d".formatted(config.shards(), shards.size()));
    }
  }

  /** Of a collection that wrote all of its files itself, and of which nobody said whose it is. */
  public Manifest(
      CollectionConfig config,
      UUID uuid,
      long createdAtMillis,
      long updatedAtMillis,
      long checkpointLsn,
      List<ShardCheckpoint> shards) {
    this(config, uuid, createdAtMillis, updatedAtMillis, checkpointLsn, shards, uuid, Owner.NONE);
  }

  /**
   * The same files as a collection of their own, that begins now.
   *
   * @param fresh names it in the log from here on; no record there has it yet
   * @param syncedLsn as in {@link #created}
   */
  public Manifest adopted(CollectionName name, UUID fresh, long syncedLsn, long nowMillis) {
    return new Manifest(
        new CollectionConfig(
            name,
            config.dimension(),
            config.metric(),
            config.vectorType(),
            config.index(),
            config.shards(),
            config.quantization()),
        fresh,
        createdAtMillis,
        nowMillis,
        syncedLsn,
        shards,
        filesUuid,
        owner);
  }

  /**
   * One shard at the checkpoint.
   *
   * @param folder its files' folder in the collection's; compaction moves on to another
   * @param lsn what ids.bin carries in its header
   * @param count rows, dead ones included; 0 = there may be no files yet
   * @param live rows that are neither deleted nor replaced
   * @param payloadBytes how much of payload.bin belongs to these rows
   * @param indexed rows below are in index.bin, unless they were dead; 0 = there is no index.bin
   * @param graphNodes nodes in index.bin
   */
  public record ShardCheckpoint(
      String folder,
      long lsn,
      int count,
      int live,
      long payloadBytes,
      int indexed,
      int graphNodes) {
    private static final Pattern FOLDER = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,9})?");

    public ShardCheckpoint {
      if (!isShardFolder(folder)) {
        throw new IllegalArgumentException("shard folder: " + folder);
      }
      boolean isCounted = 0 <= live && live <= count && payloadBytes >= 0 && lsn >= 0;
      boolean isIndexed = 0 <= indexed && indexed <= count && graphNodes >= 0;
      if (!isCounted || !isIndexed) {
        throw new IllegalArgumentException(
            "shard %s: lsn=%d count=%d live=%d payload=%d indexed=%d nodes=%d"
                .formatted(folder, lsn, count, live, payloadBytes, indexed, graphNodes));
      }
    }

    ShardCheckpoint at(long other) {
      return new ShardCheckpoint(folder, other, count, live, payloadBytes, indexed, graphNodes);
    }
  }

  /** Whether some shard that is large enough for a graph has rows that are not in it. */
  boolean lags(int graphRowsMin) {
    return shards.stream()
        .anyMatch(shard -> shard.count() >= graphRowsMin && shard.indexed() < shard.count());
  }

  /** Whether a folder's name is one that a shard's files may have. */
  public static boolean isShardFolder(String name) {
    return ShardCheckpoint.FOLDER.matcher(name).matches();
  }

  /**
   * The manifest of a new, empty collection.
   *
   * @param syncedLsn an LSN whose record is on stable storage: whatever happens to the records up
   *     to it, none is this collection's
   */
  public static Manifest created(
      CollectionConfig config, UUID uuid, long nowMillis, long syncedLsn) {
    List<ShardCheckpoint> shards =
        IntStream.range(0, config.shards())
            .mapToObj(shard -> new ShardCheckpoint(String.valueOf(shard), 0, 0, 0, 0, 0, 0))
            .toList();
    return new Manifest(config, uuid, nowMillis, nowMillis, syncedLsn, shards);
  }

  /** The same for an owner. */
  public Manifest ownedBy(Owner other) {
    return new Manifest(
        config, uuid, createdAtMillis, updatedAtMillis, checkpointLsn, shards, filesUuid, other);
  }

  public long live() {
    return shards.stream().mapToLong(ShardCheckpoint::live).sum();
  }

  public long count() {
    return shards.stream().mapToLong(ShardCheckpoint::count).sum();
  }

  Manifest withShards(List<ShardCheckpoint> other) {
    return new Manifest(
        config, uuid, createdAtMillis, updatedAtMillis, checkpointLsn, other, filesUuid, owner);
  }

  Manifest withIndex(IndexParams index) {
    return new Manifest(
        config.withIndex(index),
        uuid,
        createdAtMillis,
        updatedAtMillis,
        checkpointLsn,
        shards,
        filesUuid,
        owner);
  }

  Manifest checkpointed(long lsn, long nowMillis, List<ShardCheckpoint> at) {
    return new Manifest(config, uuid, createdAtMillis, nowMillis, lsn, at, filesUuid, owner);
  }
}
