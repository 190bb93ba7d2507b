package io.quiver.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A small file system of its own, mounted for a test: a tmpfs, or ext4 on a file. As root it is
 * mounted as it is; else in a user namespace, in which processes are then started with {@link
 * #inside}. Where neither is permitted the test is skipped, with the reason. Closing it unmounts.
 */
public final class SmallDisk implements AutoCloseable {
  private static final long COMMAND_SECONDS_MAX = 30;

  private final Path folder;
  private final List<String> inside = new ArrayList<>();
  private Process namespace;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** A file system in memory that takes so many bytes. */
  public static SmallDisk tmpfs(Path parent, long bytes) throws IOException {
    SmallDisk disk = new SmallDisk(Files.createDirectories(parent.resolve("tmpfs")));
    String refusal = disk.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "quiver", disk.path());
    if (!refusal.isEmpty()) {
      disk.enterNamespace(refusal);
      refusal = disk.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "quiver", disk.path());
    }
    disk.skipIf("mounting a tmpfs", refusal);
    return disk;
  }

  /** ext4 on a file, which needs root. What the file's own disk refuses, is an I/O error here. */
  public static SmallDisk ext4(Path image, Path parent, long bytes) throws IOException {
    SmallDisk disk = new SmallDisk(Files.createDirectories(parent.resolve("ext4")));
    disk.must("truncate", "-s", Long.toString(bytes), image.toString());
    // All of the metadata at once, so that only what is written later may be refused.
    disk.skipIf(
        "making an ext4",
        disk.run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", "" + image));
    disk.skipIf("mounting an ext4", disk.run("mount", "-o", "loop", "" + image, disk.path()));
    return disk;
  }

  private void enterNamespace(String refusal) throws IOException {
    try {
      namespace = new ProcessBuilder("unshare", "-rm", "sleep", "600").start();
    } catch (IOException noSuchProgram) {
      skipIf("a user namespace after: " + refusal.strip(), noSuchProgram.getMessage());
    }
    inside.addAll(
        List.of("nsenter", "-U", "-m", "--preserve-credentials", "-t", "" + namespace.pid()));
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!run("test", "-w", "/proc/self/uid_map").isEmpty() && System.nanoTime() < endNanos) {
      Thread.onSpinWait();
    }
    skipIf(
        "a user namespace after: " + refusal.strip(), namespace.isAlive() ? "" : "unshare failed");
  }

  public Path folder() {
    return folder;
  }

  /** The beginning of a command line whose process is to see the file system. */
  public List<String> inside() {
    return List.copyOf(inside);
  }

  /** {@code mount -o remount,…}. */
  public void remount(String options) throws IOException {
    must("mount", "-o", "remount," + options, path());
  }

  /** Holds every write back until {@link #thaw}. */
  public void freeze() throws IOException {
    must("fsfreeze", "-f", path());
  }

  public void thaw() throws IOException {
    must("fsfreeze", "-u", path());
  }

  /** Unmounts and mounts again, as a machine does that starts. */
  public void reboot(Path image) throws IOException {
    must("umount", path());
    must("mount", "-o", "loop", image.toString(), path());
  }

  @Override
  public void close() throws IOException {
    run("fsfreeze", "-u", path());
    if (namespace == null) {
      must("umount", path());
    } else {
      namespace.destroyForcibly();
    }
  }

  private String path() {
    return folder.toString();
  }

  private void skipIf(String what, String refusal) throws IOException {
    if (!refusal.isEmpty()) {
      if (namespace != null) {
        namespace.destroyForcibly();
      }
      Assumptions.abort("not permitted here: " + what + ": " + refusal.strip());
    }
  }

  private void must(String... command) throws IOException {
    String refusal = run(command);
    if (!refusal.isEmpty()) {
      throw new IOException(String.join(" ", command) + ": " + refusal);
    }
  }

  /** Returns what the command says if it fails. */
  private String run(String... command) throws IOException {
    List<String> line = new ArrayList<>(inside);
    line.addAll(List.of(command));
    Process process;
    try {
      process = new ProcessBuilder(line).redirectErrorStream(true).start();
    } catch (IOException noSuchProgram) {
      return noSuchProgram.getMessage();
    }
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "no end";
      }
      return process.exitValue() == 0 ? "" : said + " (status " + process.exitValue() + ")";
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
