package io.quiver.nonsense;

import io.quiver.bus.Codecs;
import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.AliasAction;
import io.quiver.message.CompactCollection;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.Failure;
import io.quiver.message.GetVectors;
import io.quiver.message.Message;
import io.quiver.message.ReadRows;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.SearchVectors;
import io.quiver.message.SnapshotName;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks through the client, and sends to the node's addresses what the client never would. */
final class BusSurface implements Surface {
  private static final long WAIT_SECONDS = 20;

  private final Vertx vertx;
  private final QuiverClient client;

  BusSurface(Vertx vertx) {
    this.vertx = vertx;
    this.client = QuiverClient.create(vertx);
  }

  @Override
  public char letter() {
    return 'b';
  }

  /**
   * Values check themselves and do not know in which request they will stand; lists are counted as
   * a whole, and metadata is one text.
   */
  @Override
  public Set<String> fields(Case wrong) {
    String field = wrong.field();
    String place = field.startsWith("metadata") ? "metadata" : Words.whole(field);
    String last = place.substring(place.lastIndexOf('.') + 1);
    String own =
        switch (last.replaceFirst("\\[.*", "")) {
          case "ids" -> last.equals("ids") ? last : "id";
          case "positive", "negative", "offset" -> "id";
          case "alias", "alias_name", "collection", "collection_name" -> "name";
          case "if_versions" -> "conditions";
          case "origin" -> "place";
          case "target" -> last.contains("[") ? last.replace("target", "vector") : "id";
          default -> last.replaceFirst("^(data|query_vector)", "vector");
        };
    return new TreeSet<>(List.of(field, place, last, own));
  }

  @Override
  public Callable<Refusal> translate(Case wrong) {
    if (wrong.operation().equals("BUS")) {
      return raw(wrong.target(), wrong.request());
    }
    if (wrong.operation().equals("HTTP") || wrong.operation().equals("RPC")) {
      throw new CannotSay(wrong.operation());
    }
    Words.noQuery(wrong);
    String request = wrong.request();
    String collection = Words.decoded(wrong.collection());
    String id = Words.decoded(wrong.id());
    return switch (wrong.operation()) {
      case "create" ->
          ask(() -> BusRequests.create(request), (CreateCollection c) -> client.create(c));
      case "import" -> ask(() -> BusRequests.importing(request), client::importCollection);
      case "describe" ->
          ask(() -> new CollectionName(collection), (CollectionName n) -> client.describe(n));
      case "stats" ->
          ask(() -> new CollectionName(collection), (CollectionName n) -> client.describe(n));
      case "drop" -> ask(() -> new CollectionName(collection), client::drop);
      case "hard-delete" -> ask(() -> new CollectionName(collection), client::hardDelete);
      case "backup" -> ask(() -> new CollectionName(collection), client::backUp);
      case "snapshot" -> ask(() -> new CollectionName(collection), client::takeSnapshot);
      case "snapshots" -> ask(() -> new CollectionName(collection), client::snapshots);
      case "snapshot-get" ->
          ask(
              () -> new DescribeSnapshot(new CollectionName(collection), new SnapshotName(id)),
              (DescribeSnapshot one) -> client.describe(one));
      case "snapshot-delete" ->
          ask(
              () -> new DeleteSnapshot(new CollectionName(collection), new SnapshotName(id)),
              (DeleteSnapshot one) -> client.delete(one));
      case "snapshot-restore" ->
          ask(
              () -> new RestoreSnapshot(new CollectionName(collection), new SnapshotName(id)),
              (RestoreSnapshot one) -> client.restore(one));
      case "download", "upload", "upload-state", "upload-cancel", "upload-publish" ->
          BusTransfers.translate(client, wrong);
      case "restore" ->
          ask(() -> BusRequests.restore(request), (RestoreCollection r) -> client.restore(r));
      case "cleanup" -> ask(() -> BusRequests.cleanUp(request), client::cleanUp);
      case "insert" -> write(() -> BusRequests.insert(collection, request));
      case "batch" -> write(() -> BusRequests.batch(collection, WriteMode.INSERT, request));
      case "upsert" -> write(() -> BusRequests.batch(collection, WriteMode.UPSERT, request));
      case "update" -> write(() -> BusRequests.update(collection, id, request));
      case "delete" -> delete(() -> BusRequests.delete(collection, List.of(id)));
      case "delete-filter" ->
          ask(() -> BusPoints.deleteByFilter(collection, request), client::deleteByFilter);
      case "metadata" ->
          ask(() -> BusPoints.changeMetadata(collection, request), client::changeMetadata);
      case "write-if" ->
          ask(
              () -> BusKeys.writeIf(collection, WriteMode.UPSERT, request),
              (WriteIf w) -> client.write(w));
      case "insert-if" ->
          ask(
              () -> BusKeys.writeIf(collection, WriteMode.INSERT, request),
              (WriteIf w) -> client.write(w));
      case "delete-if" ->
          ask(() -> BusKeys.deleteIf(collection, request), (DeleteIf d) -> client.delete(d));
      case "get-vectors" ->
          ask(() -> BusKeys.get(collection, request), (ReadRows r) -> client.read(r));
      case "contains" -> ask(() -> BusPoints.get(collection, request), client::contains);
      case "range" -> ask(() -> BusKeys.range(collection, request), client::searchRange);
      case "clear" -> ask(() -> BusKeys.clear(collection), client::clear);
      case "delete-batch" -> delete(() -> BusRequests.deleteBatch(collection, request));
      case "get" ->
          ask(
              () ->
                  new GetVectors(
                      new CollectionName(collection), List.of(new VectorId(id)), true, true),
              client::get);
      case "search" ->
          ask(() -> BusRequests.search(collection, request), (SearchVectors s) -> client.search(s));
      case "search-text" -> ask(() -> BusTexts.text(collection, request), client::searchText);
      case "search-hybrid" -> ask(() -> BusTexts.hybrid(collection, request), client::searchHybrid);
      case "recommend" -> ask(() -> BusPoints.recommend(collection, request), client::recommend);
      case "discover" -> ask(() -> BusPoints.discover(collection, request), client::discover);
      case "scroll" -> ask(() -> BusPoints.scroll(collection, request), client::scroll);
      case "count" -> ask(() -> BusPoints.count(collection, request), client::count);
      case "search-groups" ->
          ask(() -> BusArranged.groups(collection, request), client::searchGroups);
      case "rerank" -> ask(() -> BusArranged.reranked(collection, request), client::searchReranked);
      case "explain" -> ask(() -> BusArranged.explain(collection, request), client::explain);
      case "order" -> ask(() -> BusArranged.order(collection, request), client::order);
      case "payload-set" ->
          ask(() -> BusArranged.payload(collection, request), client::changeMetadata);
      case "facets" -> ask(() -> BusArranged.facets(collection, request), client::facets);
      case "rebuild" -> ask(() -> BusPoints.rebuild(collection, request), client::rebuildIndex);
      case "compact" ->
          ask(() -> new CompactCollection(new CollectionName(collection)), client::compact);
      case "describe-index" -> ask(() -> new CollectionName(collection), client::describeIndex);
      case "aliases" -> ask(() -> BusPoints.aliases(request), client::changeAliases);
      case "delete-alias" ->
          ask(
              () -> List.<AliasAction>of(new AliasAction.Delete(new CollectionName(collection))),
              client::changeAliases);
      case "get-points" -> ask(() -> BusPoints.get(collection, request), client::get);
      case "search-batch", "points-batch", "points-search" ->
          ask(() -> BusRequests.searches(collection, request), client::searchAll);
      default -> throw new CannotSay(wrong.operation());
    };
  }

  private Callable<Refusal> write(Supplier<WriteVectors> write) {
    return ask(write, client::write);
  }

  private Callable<Refusal> delete(Supplier<DeleteVectors> delete) {
    return ask(delete, (DeleteVectors d) -> client.delete(d));
  }

  /** A request that cannot even be made is refused by the record that it would be. */
  static <Q> Callable<Refusal> ask(Supplier<Q> request, Function<Q, Future<?>> client) {
    Q made;
    try {
      made = request.get();
    } catch (QuiverException refused) {
      return () -> refusal(refused);
    }
    return () -> refusal(failure(client.apply(made)));
  }

  private Callable<Refusal> raw(String address, String name) {
    Object body = BusNonsense.of(name.replace(" under our codec", ""));
    boolean ours = body instanceof Message || name.endsWith(" under our codec");
    DeliveryOptions options = ours ? Codecs.request(WAIT_SECONDS * 1_000) : new DeliveryOptions();
    return () -> {
      Future<Object> reply = vertx.eventBus().request(address, body, options).map(m -> m.body());
      if (body instanceof Message) { // who speaks our language is answered in it
        return refusal(
            ((Failure)
                    reply
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(WAIT_SECONDS, TimeUnit.SECONDS))
                .toException());
      }
      ReplyException failed = (ReplyException) failure(reply);
      return new Refusal(
          ErrorCode.ofWire(failed.failureCode()).name(), failed.getMessage(), Map.of());
    };
  }

  private static Throwable failure(Future<?> future) throws Exception {
    try {
      Object reply =
          future.toCompletionStage().toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("was not refused: " + reply);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  private static Refusal refusal(Throwable error) {
    if (!(error instanceof QuiverException refused)) {
      throw new AssertionError("no error of ours", error);
    }
    return new Refusal(refused.code().name(), refused.getMessage(), refused.details());
  }
}
