package io.quiver.front.rest;

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
    assertThat(OwnNames.of(RestOptions.of(host, 0)).names())
        .contains("localhost", "127.0.0.1", "::1", host)
        .hasSizeLessThan(5);
  }

  @Test
  void beyondLoopbackItHasAnyUnlessSomeAreAllowed() {
    RestOptions open = RestOptions.of("0.0.0.0", 0);
    assertThat(OwnNames.of(open).names()).as("empty is any").isEmpty();
    assertThat(OwnNames.of(open.withAllowedHosts(Set.of("DB.example"))).names())
        .containsExactlyInAnyOrder("localhost", "127.0.0.1", "::1", "0.0.0.0", "db.example");
  }
}
