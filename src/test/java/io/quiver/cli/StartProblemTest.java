package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quiver.config.Flags;
import io.quiver.config.Settings;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What keeps a server from starting is told in words, also where the error is only a file's name.
 */
class StartProblemTest {
  @TempDir private Path folder;

  @Test
  void aDataDirectoryThatIsAFileIsNamedAsOne() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Settings settings = settings(file);
    assertThatThrownBy(() -> Server.start(settings))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no folder");
  }

  /** Made by hand: tests may run as a user to whom nothing is denied. */
  @Test
  void aFolderOfAnotherUserIsNamedAsOne() {
    Throwable denied = new CompletionException(new AccessDeniedException("/data/LOCK"));
    assertThat(StartProblem.describe(denied, settings(folder)))
        .isEqualTo("this user may not use /data/LOCK");
  }

  private static Settings settings(Path data) {
    List<String> flags =
        List.of("--rest-port=0", "--grpc-port=0", "--metrics-port=0", "--data-dir=" + data);
    return Settings.resolve(Flags.plain(flags).orElseThrow(), Map.of());
  }
}
