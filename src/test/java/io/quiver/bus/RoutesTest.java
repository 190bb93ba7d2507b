package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a name that was looked for and not found. */
class RoutesTest {
  private static final CollectionName NAME = new CollectionName("films");

  private final Vertx vertx = Vertx.vertx();
  private final Routes routes = Routes.of(vertx);

  @BeforeEach
  void claim() {
    routes.claim();
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void whatIsHeldIsNotServedYet() {
    routes.hold(NAME, "it is being converted");
    assertThat(routes.find(NAME)).isEmpty();
    assertThat(routes.missing(NAME).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(routes.missing(NAME)).hasMessageEndingWith("it is being converted");
  }

  /** Looked for before its route came, asked for the reason after it was released. */
  @Test
  void whatCameWhileItWasLookedForIsNeverSaidNotToExist() {
    routes.hold(NAME, "it is being converted");
    assertThat(routes.find(NAME)).isEmpty();
    routes.add(NAME, 1, new Gate());
    routes.release(NAME);
    assertThat(routes.missing(NAME).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    routes.remove(NAME);
    assertThat(routes.missing(NAME).code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }
}
