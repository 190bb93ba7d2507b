package io.quiver.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionNames;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Failure;
import io.quiver.message.GetVectors;
import io.quiver.message.Message;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against hand-written consumers: how errors arrive, and what it does by itself. */
class QuiverClientTest {
  private static final CollectionName NAME = new CollectionName("things");

  private Vertx vertx;
  private Routes routes;
  private QuiverClient client;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    routes = Routes.of(vertx);
    routes.claim();
    client = QuiverClient.create(vertx);
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void manyClientsOfOneVertxShareTheCodec() {
    for (int i = 0; i < 10; i++) {
      QuiverClient.create(vertx);
    }
    assertThat(failure(client.search(search(0))).code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  @Test
  void aFailureArrivesWithItsCodeMessageAndDetails() {
    routes.add(NAME, 1, new Gate());
    Failure sent =
        new Failure(ErrorCode.DIMENSION_MISMATCH, "want=3 got=2", Map.of("expected", "3"));
    answer(Addresses.read(NAME), sent);
    QuiverException got = failure(client.get(get()));
    assertThat(got.code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
    assertThat(got).hasMessage("want=3 got=2");
    assertThat(got.details()).isEqualTo(Map.of("expected", "3"));
  }

  /** Whoever answers at our address in our stead: the caller gets an error of ours, no cast. */
  @Test
  void aWrongReplyIsAnErrorOfOurs() {
    routes.add(NAME, 1, new Gate());
    answer(Addresses.read(NAME), new CollectionNames(List.of()));
    assertThat(failure(client.get(get())))
        .hasMessageContaining("want=FoundVectors got=")
        .hasMessageContaining("CollectionNames")
        .extracting(QuiverException::code)
        .isEqualTo(ErrorCode.INTERNAL);
    vertx.eventBus().localConsumer(Addresses.search(NAME, 0), request -> request.reply("text"));
    assertThat(failure(client.search(search(0)))).hasMessageContaining("got=java.lang.String");
  }

  @Test
  void anUnknownCollectionIsNotFoundAndAnUnservedOneUnavailable() {
    assertThat(failure(client.get(get())).code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    routes.add(NAME, 1, new Gate());
    assertThat(failure(client.get(get())).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void withoutANodeEverythingIsUnavailable() {
    routes.release();
    assertThat(failure(client.get(get())).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure(client.list()).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure(client.health(false)).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  /** Vert.x discards what is on its way to a consumer that leaves, and calls that a timeout. */
  @Test
  void aCollectionThatLeavesWhileAskedIsNotFound() throws Exception {
    routes.add(NAME, 1, new Gate());
    MessageConsumer<Message> consumer =
        vertx.eventBus().localConsumer(Addresses.read(NAME), request -> {});
    consumer.pause();
    Future<?> asked = client.get(get());
    routes.remove(NAME);
    await(consumer.unregister());
    assertThat(failure(asked).code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  @Test
  void silenceBeyondTheDeadlineIsDeadlineExceeded() {
    routes.add(NAME, 1, new Gate());
    vertx.eventBus().localConsumer(Addresses.search(NAME, 0), request -> {});
    assertThat(failure(client.search(search(1))).code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
  }

  @Test
  void oneFailedSearchOfManyIsNamedByItsIndex() {
    routes.add(NAME, 1, new Gate());
    answer(Addresses.search(NAME, 0), new SearchHits(List.of(), List.of()));
    CollectionName other = new CollectionName("other");
    List<SearchVectors> searches =
        List.of(search(0), search(0), SearchVectors.of(other, DenseVector.of(1), 1));
    QuiverException got = failure(client.searchAll(searches));
    assertThat(got.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(got).hasMessage("searches[2]: Collection not found: other");
    assertThat(got.details()).containsEntry("field", "searches[2].collection");
  }

  /** So the mailbox of a writer that is held up does not grow without a bound. */
  @Test
  void soManyWritesMayBeOnTheirWayAndOneMoreIsRefusedUnsent() throws Exception {
    routes.add(NAME, 1, new Gate());
    BlockingQueue<io.vertx.core.eventbus.Message<Object>> arrived = new LinkedBlockingQueue<>();
    vertx.eventBus().<Object>localConsumer(Addresses.write(NAME), arrived::add);
    DeleteVectors delete = new DeleteVectors(NAME, List.of(new VectorId("a")), Durability.FSYNC);
    List<Future<DeleteAck>> sent = new ArrayList<>();
    for (int i = 0; i < Limits.SENT_WRITES_MAX; i++) {
      sent.add(client.delete(delete));
    }
    assertThat(failure(client.delete(delete)).code()).isEqualTo(ErrorCode.OVERLOADED);
    Replies.send(arrived.poll(20, TimeUnit.SECONDS), new DeleteAck(1, 1));
    await(sent.getFirst());
    Future<DeleteAck> next = client.delete(delete);
    assertThat(next.isComplete()).as("refused at once").isFalse();
    assertThat(failure(client.delete(delete)).code()).isEqualTo(ErrorCode.OVERLOADED);
  }

  @Test
  void searchBatchesAreBounded() {
    List<SearchVectors> tooMany =
        IntStream.rangeClosed(0, Limits.SEARCH_BATCH_MAX).mapToObj(i -> search(0)).toList();
    assertThat(failure(client.searchAll(tooMany)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(failure(client.searchAll(List.of())).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void theObserverIsToldOfEachRequestOnceGoodOrBad() throws Exception {
    List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    List<Reply> replies = Collections.synchronizedList(new ArrayList<>());
    QuiverClient observed =
        QuiverClient.create(
            vertx,
            (request, reply, nanos) -> {
              requests.add(request);
              replies.add(reply);
              assertThat(nanos).isNotNegative();
            });
    CollectionNames names = new CollectionNames(List.of(NAME));
    answer(Addresses.CATALOG, names);
    assertThat(await(observed.list())).containsExactly(NAME);
    failure(observed.get(get()));
    assertThat(requests).hasSize(2).last().isEqualTo(get());
    assertThat(replies).hasSize(2).first().isEqualTo(names);
    assertThat(((Failure) replies.get(1)).code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
  }

  private void answer(String address, Reply reply) {
    vertx.eventBus().localConsumer(address, request -> Replies.send(request, reply));
  }

  private static GetVectors get() {
    return new GetVectors(NAME, List.of(new VectorId("a")), true, true);
  }

  private static SearchVectors search(long deadlineMillis) {
    return new SearchVectors(
        NAME,
        DenseVector.of(1, 2),
        10,
        0,
        0,
        false,
        false,
        true,
        Float.POSITIVE_INFINITY,
        deadlineMillis);
  }

  private static QuiverException failure(Future<?> future) {
    ExecutionException thrown = catchThrowableOfType(ExecutionException.class, () -> await(future));
    assertThat(thrown).as("the request fails").isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(QuiverException.class);
    return (QuiverException) thrown.getCause();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
