package io.quiver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a front has, by where it is bound and what it is told. */
class OwnNamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.8.8.8"})
  void onLoopbackItHasThoseOfLoopbackAndItsOwn(String host) {
    assertThat(OwnNames.of(host, Set.of()).names())
        .contains("localhost", "127.0.0.1", "::1", host)
        .hasSizeLessThan(5);
  }

  @Test
  void beyondLoopbackItHasAnyUnlessSomeAreAllowed() {
    assertThat(OwnNames.of("0.0.0.0", Set.of()).names()).as("empty is any").isEmpty();
    assertThat(OwnNames.of("0.0.0.0", Set.of("DB.example")).names())
        .containsExactlyInAnyOrder("localhost", "127.0.0.1", "::1", "0.0.0.0", "db.example");
  }

  /** Prometheus and a kubelet come by address, and ask for no data. */
  @Test
  void whereItIsProbedItHasAnyBeyondLoopbackAlsoIfSomeAreAllowed() {
    assertThat(OwnNames.onLoopback("0.0.0.0", Set.of("db.example")).names()).isEmpty();
    assertThat(OwnNames.onLoopback("127.0.0.1", Set.of("db.example")).names())
        .contains("db.example", "localhost");
  }
}
