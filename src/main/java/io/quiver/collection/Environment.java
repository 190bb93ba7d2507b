package io.quiver.collection;

import io.quiver.disk.Disk;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * What a collection is given to live in.
 *
 * @param folder the collection's own folder; exists
 * @param log forced before a checkpoint, so that no file gets ahead of the log
 * @param indexing where rows are inserted into the graph in the background
 * @param nowMillis Unix time
 */
public record Environment(
    Disk disk,
    Path folder,
    ManifestStore manifests,
    LogForce log,
    Indexing indexing,
    Tuning tuning,
    LongSupplier nowMillis) {}
