package io.quiver.collection;

import io.quiver.collection.Manifest.ShardCheckpoint;
import io.quiver.disk.AtomicFile;
import io.quiver.disk.Disk;
import io.quiver.disk.FileFault;
import io.quiver.disk.Findings;
import io.quiver.hnsw.Graph;
import io.quiver.hnsw.GraphCheck;
import io.quiver.hnsw.GraphFile;
import io.quiver.hnsw.GraphFileException;
import io.quiver.hnsw.GraphReport;
import io.quiver.vectors.Bits;
import io.quiver.vectors.RowCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the files of one shard as of its checkpoint and tells what is wrong, changing nothing. */
public final class ShardCheck {
  private static final Set<String> FILES =
      Set.of("vectors.bin", "ordinals.bin", "payload.bin", ShardFiles.IDS, ShardFiles.INDEX);

  private final Disk disk;
  private final Path folder;
  private final Manifest manifest;
  private final ShardCheckpoint at;
  private final Findings findings;

  private ShardCheck(
      Disk disk, Path folder, Manifest manifest, ShardCheckpoint at, Findings findings) {
    this.disk = disk;
    this.folder = folder;
    this.manifest = manifest;
    this.at = at;
    this.findings = findings;
  }

  /**
   * Checks a shard.
   *
   * @param collection the collection's folder
   * @throws IOException if the disk refuses to read
   */
  public static void check(
      Disk disk, Path collection, Manifest manifest, ShardCheckpoint at, Findings findings)
      throws IOException {
    new ShardCheck(disk, collection.resolve(at.folder()), manifest, at, findings).run();
  }

  /**
   * Looks at headers and lengths of a whole collection's files; reads no row.
   *
   * @throws io.quiver.disk.DamagedFileException if rows or ids cannot be what was written
   */
  public static void expectWhole(Disk disk, Path collection, Manifest manifest) throws IOException {
    for (ShardCheckpoint shard : manifest.shards()) {
      ShardFiles.expectWhole(disk, collection, manifest, shard);
    }
  }

  private void run() throws IOException {
    tellLeftovers();
    if (at.count() == 0) {
      return; // Whatever stands there, the log has all of it.
    }
    Optional<Bits> dead =
        RowCheck.check(
            disk,
            folder,
            ShardFiles.idsFile(disk, folder, manifest.filesUuid(), at.lsn()),
            expected(manifest, at),
            findings);
    if (at.indexed() > 0) {
      checkGraph(dead);
    }
  }

  /** What the manifest says of a shard's rows. */
  static RowCheck.Expected expected(Manifest manifest, ShardCheckpoint at) {
    return new RowCheck.Expected(
        manifest.filesUuid(),
        manifest.config().dimension(),
        manifest.config().metric(),
        at.count(),
        at.live(),
        at.payloadBytes(),
        at.lsn());
  }

  private void tellLeftovers() throws IOException {
    Path index = AtomicFile.temporary(folder.resolve(ShardFiles.INDEX));
    for (String name : disk.list(folder)) {
      Path file = folder.resolve(name);
      if (name.equals(ShardFiles.IDS_NEW)) {
        findings.note(file, "left by a checkpoint that a crash interrupted");
      } else if (name.equals(String.valueOf(index.getFileName()))) {
        findings.note(file, "temporary file, left by a crash");
      } else if (!FILES.contains(name)) {
        findings.note(file, "not a file of Quiver's, left alone");
      }
    }
  }

  private void checkGraph(Optional<Bits> dead) throws IOException {
    Path file = folder.resolve(ShardFiles.INDEX);
    if (!disk.exists(file)) {
      findings.derivedFault(new FileFault(file, 0, "a graph", "no such file"));
      return;
    }
    List<FileFault> faults = GraphFile.verify(disk, file, manifest.filesUuid());
    faults.forEach(findings::derivedFault);
    if (faults.isEmpty() && dead.isPresent()) {
      try (Graph graph = GraphFile.copy(disk, file, manifest.filesUuid())) {
        checkForm(file, graph, dead.get());
      } catch (GraphFileException e) {
        findings.derivedFault(e.fault());
      }
    }
  }

  private void checkForm(Path file, Graph graph, Bits dead) {
    if (graph.nodes() != at.graphNodes() || graph.bound() > at.indexed()) {
      findings.note(file, "newer than the last checkpoint; the next start sets it right");
      return;
    }
    GraphReport report = GraphCheck.check(graph, dead);
    if (graph.needsReconnect()) {
      findings.note(file, "a row lost its way to the others; the next repair finds it one");
    } else {
      report
          .faults()
          .forEach(fault -> findings.derivedFault(new FileFault(file, 0, "a sound graph", fault)));
    }
    for (int ordinal = 0; ordinal < at.indexed(); ordinal++) {
      if (!dead.contains(ordinal) && !graph.contains(ordinal)) {
        findings.derivedFault(
            new FileFault(file, 0, "all rows below " + at.indexed(), "no row " + ordinal));
      }
    }
  }
}
