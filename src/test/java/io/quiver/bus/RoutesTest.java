package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.message.AliasTable;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of a name that was looked for and not found. */
class RoutesTest {
  private static final CollectionName NAME = new CollectionName("films");
  private static final int SWITCHES = 20_000;

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

  /** Its former collection goes right behind the switch. */
  @Test
  void anAliasThatIsSwitchedAlwaysLeadsSomewhere() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger nowhere = new AtomicInteger();
    switchTo("films-0");
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                nowhere.addAndGet(routes.find(NAME).isPresent() ? 0 : 1);
                looks.incrementAndGet();
              }
            });
    for (int i = 1; i <= SWITCHES || looks.get() < SWITCHES; i++) {
      switchTo("films-" + i);
      routes.remove(new CollectionName("films-" + (i - 1)));
    }
    over.set(true);
    reader.join();
    assertThat(nowhere).hasValue(0);
  }

  private void switchTo(String collection) {
    CollectionName target = new CollectionName(collection);
    routes.add(target, 1, new Gate());
    routes.setAliases(new AliasTable(Map.of(NAME, target)));
  }
}
