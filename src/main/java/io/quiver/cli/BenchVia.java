package io.quiver.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quiver.core.DenseVector;
import io.quiver.front.grpc.v1.BatchInsertRequest;
import io.quiver.front.grpc.v1.QueryRequest;
import io.quiver.front.grpc.v1.QueryResponse;
import io.quiver.front.grpc.v1.QueryResult;
import io.quiver.front.grpc.v1.Vector;
import io.quiver.message.Row;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** A way into a server, and what requests look like on it. */
enum BenchVia {
  JSON,
  BASE64,
  GRPC,
  /** Messages by reference, inside one process. */
  BUS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The body of a search over HTTP, or a framed message of gRPC. */
  Buffer search(String collection, DenseVector query, int k, int efSearch) {
    return switch (this) {
      case JSON ->
          Buffer.buffer(
              "{\"vector\":%s,\"limit\":%d,\"ef_search\":%d,\"with_metadata\":false}"
                  .formatted(array(query), k, efSearch));
      case BASE64 ->
          Buffer.buffer(
              "{\"vector\":\"%s\",\"limit\":%d,\"ef_search\":%d,\"with_metadata\":false}"
                  .formatted(Base64Vectors.encode(query), k, efSearch));
      case GRPC ->
          framed(
              QueryRequest.newBuilder()
                  .setCollectionName(collection)
                  .addAllQueryVector(list(query))
                  .setLimit(k)
                  .setEfSearch(efSearch)
                  .build()
                  .toByteArray());
      case BUS -> throw new IllegalStateException("the bus sends messages, not bytes");
    };
  }

  /** The body of a batch of rows over HTTP, or a framed message of gRPC. */
  Buffer batch(String collection, List<Row> rows) {
    return switch (this) {
      case JSON -> {
        StringJoiner vectors = new StringJoiner(",", "{\"vectors\":[", "]}");
        for (Row row : rows) {
          vectors.add("{\"id\":\"" + row.id() + "\",\"data\":" + array(row.vector()) + "}");
        }
        yield Buffer.buffer(vectors.toString());
      }
      case BASE64 -> Buffer.buffer(BulkLoader.encode(rows));
      case GRPC -> {
        BatchInsertRequest.Builder request =
            BatchInsertRequest.newBuilder().setCollectionName(collection);
        for (Row row : rows) {
          request.addVectors(
              Vector.newBuilder().setId(row.id().value()).addAllData(list(row.vector())));
        }
        yield framed(request.build().toByteArray());
      }
      case BUS -> throw new IllegalStateException("the bus sends messages, not bytes");
    };
  }

  /** The ids of the hits in the answer to a search. */
  List<String> ids(Buffer answer) {
    List<String> ids = new ArrayList<>();
    try {
      if (this == GRPC) {
        for (QueryResult hit : QueryResponse.parseFrom(answer.getBytes()).getResultsList()) {
          ids.add(hit.getId());
        }
      } else {
        for (JsonNode hit : RestApi.JSON.readTree(answer.toString()).path("data")) {
          ids.add(hit.path("id").asText());
        }
      }
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new CommandException("the server's answer: " + e.getMessage(), e);
    }
    return ids;
  }

  /** A message of gRPC with the five bytes before it. */
  private static Buffer framed(byte[] message) {
    return Buffer.buffer(5 + message.length)
        .appendByte((byte) 0)
        .appendInt(message.length)
        .appendBytes(message);
  }

  /** The shortest text of each number, as clients write them. */
  private static String array(DenseVector vector) {
    StringJoiner numbers = new StringJoiner(",", "[", "]");
    for (int i = 0; i < vector.dimension(); i++) {
      numbers.add(Float.toString(vector.get(i)));
    }
    return numbers.toString();
  }

  private static List<Float> list(DenseVector vector) {
    List<Float> numbers = new ArrayList<>(vector.dimension());
    for (int i = 0; i < vector.dimension(); i++) {
      numbers.add(vector.get(i));
    }
    return numbers;
  }
}
