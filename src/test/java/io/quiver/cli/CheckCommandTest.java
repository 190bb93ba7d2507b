package io.quiver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.catalog.Database;
import io.quiver.catalog.DatabaseOptions;
import io.quiver.core.Metric;
import io.quiver.disk.OsDisk;
import io.quiver.message.CollectionConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code quiver check} prints, and its status. */
class CheckCommandTest {
  @TempDir Path folder;

  @Test
  void theStatusTellsWhetherSomethingIsBrokenAndTheOutputWhat() throws Exception {
    Path data = folder.resolve("data");
    try (Database database =
        Database.open(new OsDisk(), data, new DatabaseOptions(1 << 20, 1 << 20, 0))) {
      database.create(CollectionConfig.of("films", 4, Metric.COSINE));
    }
    Typed whole = Typed.in(folder, "check", data.toString());
    assertThat(whole.status()).isZero();
    assertThat(whole.out()).contains("1 collections", "nothing is broken");

    Path manifest = data.resolve("films/metadata.json");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[20] ^= 1;
    Files.write(manifest, bytes);
    Typed broken = Typed.in(folder, "check", data.toString());
    assertThat(broken.status()).isEqualTo(1);
    assertThat(broken.out())
        .contains("fault: films: " + manifest + " is damaged at offset ", "expected crc32c")
        .contains("1 faults");
  }
}
