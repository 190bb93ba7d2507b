package io.quiver.front.grpc;

import io.quiver.bus.QuiverClient;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.front.grpc.v1.ClearCollectionResponse;
import io.quiver.front.grpc.v1.ConditionalVector;
import io.quiver.front.grpc.v1.ContainsRequest;
import io.quiver.front.grpc.v1.ContainsResponse;
import io.quiver.front.grpc.v1.DeleteIfRequest;
import io.quiver.front.grpc.v1.GetVectorsRequest;
import io.quiver.front.grpc.v1.GetVectorsResponse;
import io.quiver.front.grpc.v1.RefusedVector;
import io.quiver.front.grpc.v1.SearchRangeRequest;
import io.quiver.front.grpc.v1.SearchRangeResponse;
import io.quiver.front.grpc.v1.VectorDbGrpcService;
import io.quiver.front.grpc.v1.VersionedVector;
import io.quiver.front.grpc.v1.WriteIfRequest;
import io.quiver.front.grpc.v1.WriteIfResponse;
import io.quiver.message.ClearCollection;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.OnError;
import io.quiver.message.Precondition;
import io.quiver.message.ReadRows;
import io.quiver.message.Row;
import io.quiver.message.SearchRange;
import io.quiver.message.VersionedRows;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteOutcome;
import io.quiver.message.WriteVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The rpcs about keys and versions of rows, one row each, and their translation. */
final class KeyRpcs {
  /** Most rows of one answer, as over REST. */
  private static final int ROWS_MAX = 1_000;

  private KeyRpcs() {}

  static List<Rpc<?, ?, ?, ?>> of() {
    return List.of(
        Rpc.of(
            VectorDbGrpcService.WriteIf,
            (request, deadline) -> writeIf(request),
            (client, asked) -> client.write(asked),
            (asked, done, nanos) -> outcome(done)),
        Rpc.of(
            VectorDbGrpcService.DeleteIf,
            (request, deadline) -> deleteIf(request),
            (client, asked) -> client.delete(asked),
            (asked, done, nanos) -> outcome(done)),
        Rpc.of(
                VectorDbGrpcService.GetVectors,
                (request, deadline) -> get(request),
                (client, asked) -> client.read(asked),
                (asked, found, nanos) -> rows(found))
            .heavyWhen(found -> found.rows().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.Contains,
            (request, deadline) -> contains(request),
            QuiverClient::contains,
            (asked, there, nanos) -> contained(asked, there)),
        Rpc.of(
                VectorDbGrpcService.SearchRange,
                KeyRpcs::range,
                QuiverClient::searchRange,
                (asked, found, nanos) ->
                    SearchRangeResponse.newBuilder()
                        .addAllResults(Replies.results(found.found()))
                        .setTruncated(found.isTruncated())
                        .build())
            .heavyWhen(found -> found.found().hits().size() > VectorDbRpcs.INLINE_ITEMS_MAX),
        Rpc.of(
            VectorDbGrpcService.ClearCollection,
            (request, deadline) ->
                new ClearCollection(
                    Requests.collection(request.getCollectionName()), Durability.FSYNC),
            QuiverClient::clear,
            (asked, ack, nanos) ->
                ClearCollectionResponse.newBuilder().setDeletedCount(ack.deleted()).build()));
  }

  private static WriteIf writeIf(WriteIfRequest request) {
    int count = request.getVectorsCount();
    if (count > Limits.BATCH_ROWS_MAX) {
      throw QuiverException.invalid("vectors", "1 to " + Limits.BATCH_ROWS_MAX, count);
    }
    List<Row> rows = new ArrayList<>(count);
    List<Precondition> conditions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ConditionalVector one = request.getVectors(i);
      rows.add(Requests.row(one.getVector(), "vectors[" + i + "]", true));
      conditions.add(condition(one, "vectors[" + i + "]."));
    }
    WriteVectors write =
        new WriteVectors(
            Requests.collection(request.getCollectionName()),
            mode(request.getMode()),
            rows,
            onError(request.getOnError()),
            Durability.FSYNC);
    return new WriteIf(write, conditions);
  }

  private static Precondition condition(ConditionalVector one, String place) {
    return switch (one.getConditionCase()) {
      case IF_VERSION -> version(one.getIfVersion(), place + "if_version");
      case IF_ABSENT -> one.getIfAbsent() ? Precondition.ABSENT : Precondition.NONE;
      case CONDITION_NOT_SET -> Precondition.NONE;
    };
  }

  private static Precondition version(long version, String field) {
    if (version < 1 || version > Precondition.VERSION_MAX) {
      throw QuiverException.invalid(
          field, "1 to " + Precondition.VERSION_MAX, Long.toUnsignedString(version));
    }
    return new Precondition.AtVersion(version);
  }

  private static WriteMode mode(String word) {
    return switch (word) {
      case "", "upsert" -> WriteMode.UPSERT;
      case "insert" -> WriteMode.INSERT;
      case "update" -> WriteMode.UPDATE;
      default -> throw QuiverException.invalid("mode", "upsert, insert or update", word);
    };
  }

  private static OnError onError(String word) {
    return word.isEmpty() ? OnError.ABORT : OnError.parse(word);
  }

  private static DeleteIf deleteIf(DeleteIfRequest request) {
    List<Precondition> conditions = new ArrayList<>(request.getIfVersionsCount());
    for (int i = 0; i < request.getIfVersionsCount(); i++) {
      long version = request.getIfVersions(i);
      conditions.add(version == 0 ? Precondition.NONE : version(version, "if_versions[" + i + "]"));
    }
    List<VectorId> ids = ids(request.getIdsList());
    if (conditions.size() != ids.size()) {
      throw QuiverException.invalid(
          "if_versions", ids.size() + " elements, as in ids", conditions.size());
    }
    DeleteVectors delete =
        new DeleteVectors(Requests.collection(request.getCollectionName()), ids, Durability.FSYNC);
    return new DeleteIf(delete, conditions, onError(request.getOnError()));
  }

  private static List<VectorId> ids(List<String> texts) {
    if (texts.size() > Limits.BATCH_ROWS_MAX) {
      throw QuiverException.invalid("ids", "1 to " + Limits.BATCH_ROWS_MAX, texts.size());
    }
    List<VectorId> ids = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      ids.add(Requests.id("ids[" + i + "]", texts.get(i)));
    }
    return ids;
  }

  private static ReadRows get(GetVectorsRequest request) {
    if (request.getIdsCount() > ROWS_MAX) {
      throw QuiverException.invalid("ids", "1 to " + ROWS_MAX, request.getIdsCount());
    }
    return new ReadRows(
        Requests.collection(request.getCollectionName()),
        ids(request.getIdsList()),
        request.getWithVectors(),
        request.getWithMetadata());
  }

  private static GetVectors contains(ContainsRequest request) {
    return new GetVectors(
        Requests.collection(request.getCollectionName()), ids(request.getIdsList()), false, false);
  }

  private static SearchRange range(SearchRangeRequest request, long deadlineMillis) {
    return new SearchRange(
        Requests.collection(request.getCollectionName()),
        Requests.vector("vector", PointRequests.floats(request.getVectorList())),
        request.getMaxDistance(),
        Requests.orDefault(
            Requests.count("limit", request.getLimit(), SearchRange.LIMIT_MAX),
            SearchRange.LIMIT_DEFAULT),
        false,
        true,
        deadlineMillis,
        PointRequests.filter("filter_json", request.getFilterJson()));
  }

  private static WriteIfResponse outcome(WriteOutcome done) {
    WriteIfResponse.Builder reply =
        WriteIfResponse.newBuilder().setCount(done.rows()).setVersion(done.version());
    for (WriteAck.Refused refused : done.refused()) {
      reply.addRefused(
          RefusedVector.newBuilder()
              .setIndex(refused.index())
              .setId(refused.id().value())
              .setCode(refused.code().name())
              .setMessage(refused.message()));
    }
    return reply.build();
  }

  private static GetVectorsResponse rows(VersionedRows found) {
    GetVectorsResponse.Builder reply = GetVectorsResponse.newBuilder();
    for (int i = 0; i < found.rows().size(); i++) {
      Row row = found.rows().get(i);
      VersionedVector.Builder one =
          VersionedVector.newBuilder().setId(row.id().value()).setVersion(found.versions().get(i));
      for (int c = 0; c < row.vector().dimension(); c++) {
        one.addData(row.vector().get(c));
      }
      if (!row.metadata().isAbsent()) {
        one.putAllMetadata(JsonEntries.of(row.metadata().json()));
      }
      reply.addVectors(one);
    }
    return reply.build();
  }

  private static ContainsResponse contained(GetVectors asked, Set<VectorId> there) {
    ContainsResponse.Builder reply = ContainsResponse.newBuilder();
    asked.ids().forEach(id -> reply.addContains(there.contains(id)));
    return reply.build();
  }
}
