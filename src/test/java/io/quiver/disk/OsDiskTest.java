package io.quiver.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OsDiskTest extends DiskContractTest {
  @TempDir private Path folder;

  private final Disk disk = new OsDisk();

  @Override
  protected Disk disk() {
    return disk;
  }

  @Override
  protected Path folder() {
    return folder;
  }

  @Test
  void freeSpaceIsKnownForPathsThatDoNotExistYet() throws IOException {
    assertThat(disk.usableBytes(folder.resolve("a/b/c"))).isPositive();
  }

  /** A second JVM asks for the lock that this one holds, and says why it did not get it. */
  @Test
  void anotherProcessIsToldWhoHoldsTheLock() throws IOException {
    try (var held = disk.lock(folder.resolve("LOCK"))) {
      assertThat(held).isNotNull();
      assertThat(lockInAnotherProcess())
          .contains("data directory is in use by another process: " + folder.toRealPath())
          .contains("(pid " + ProcessHandle.current().pid() + ")");
    }
    assertThat(lockInAnotherProcess()).contains("locked");
    assertThat(Files.exists(folder.resolve("LOCK"))).isTrue();
  }

  private String lockInAnotherProcess() throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Locker.class.getName(),
                    folder.resolve("LOCK").toString()))
            .redirectErrorStream(true)
            .start();
    try (InputStream output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Takes the lock that its argument names and lets it go. */
  static final class Locker {
    private Locker() {}

    public static void main(String[] arguments) {
      try {
        new OsDisk().lock(Path.of(arguments[0])).close();
        System.out.println("locked");
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
