package io.quiver.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {
  @Test
  void stopsInTheOppositeOrderAlsoPastAFailureAndOnlyOnce() {
    List<String> stopped = new ArrayList<>();
    Shutdown shutdown = new Shutdown();
    shutdown.push("first", () -> stopped.add("first"));
    shutdown.push(
        "second",
        () -> {
          throw new IOException("disk gone");
        });
    shutdown.push(
        "third",
        () -> {
          throw new NoClassDefFoundError("not only exceptions");
        });
    shutdown.push("fourth", () -> stopped.add("fourth"));
    assertThatThrownBy(shutdown::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("could not stop: third")
        .hasRootCauseMessage("not only exceptions");
    assertThat(stopped).containsExactly("fourth", "first");
    shutdown.run();
    assertThat(stopped).hasSize(2);
  }
}
