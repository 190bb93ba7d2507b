package io.quiver.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.message.SearchHits;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedExampleTest {
  @Test
  void theExampleOfTheReadmeRunsTwiceOnTheSameData(@TempDir Path data) throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      for (int round = 0; round < 2; round++) {
        List<String> log = new CopyOnWriteArrayList<>();
        SearchHits found =
            EmbeddedExample.run(vertx, data, log::add)
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        assertThat(found.hits())
            .extracting(hit -> hit.id().value())
            .containsExactly("red", "orange");
        assertThat(log).contains("WRITTEN [red, orange, blue]", "red 0.2 {\"mood\":\"warm\"}");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void theExampleIsShortEnoughForTheReadme() throws Exception {
    assertThat(Files.readAllLines(Path.of("src/test/java/io/quiver/example/EmbeddedExample.java")))
        .hasSizeLessThan(80);
  }
}
