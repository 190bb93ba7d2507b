package io.quiver.front.rest;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.SnapshotName;

/** One request as its endpoint sees it: what the path, the query and the body say. */
final class Call {
  private final Operation operation;
  private final Target target;
  private final byte[] body;
  private final int bodyLength;

  /**
   * A call whose route is known and whose body is there.
   *
   * @param body the JSON text in {@code body[0 .. bodyLength)}; nobody writes to it any more
   * @throws QuiverException INVALID_ARGUMENT for a query parameter that the operation does not know
   */
  Call(Operation operation, Target target, byte[] body, int bodyLength) {
    this.operation = operation;
    this.target = target;
    this.body = body;
    this.bodyLength = bodyLength;
    for (String parameter : target.query().keySet()) {
      if (!operation.parameters().contains(parameter)) {
        throw QuiverException.invalid(parameter, "no such parameter", "an unknown parameter");
      }
    }
  }

  Operation operation() {
    return operation;
  }

  CollectionName collection() {
    return collectionName("collection");
  }

  /** A name in the path, of a collection or an alias. */
  CollectionName collectionName(String parameter) {
    String text = Routes.parameter(operation, parameter, target.segments());
    try {
      return new CollectionName(text);
    } catch (QuiverException e) {
      throw QuiverException.invalid(parameter, e.details().get("expected"), e.details().get("got"));
    }
  }

  VectorId vectorId() {
    return new VectorId(Routes.parameter(operation, "id", target.segments()));
  }

  SnapshotName snapshot() {
    return new SnapshotName(Routes.parameter(operation, "snapshot", target.segments()));
  }

  /** How durable a write asks to be; {@code fsync} unless it says otherwise. */
  Durability durability() {
    return Durability.parse(parameter("durability", "fsync"));
  }

  String parameter(String name, String otherwise) {
    return target.query().getOrDefault(name, otherwise);
  }

  /** A whole number within bounds. */
  int intParameter(String name, int low, int high, int otherwise) {
    String text = target.query().get(name);
    if (text == null) {
      return otherwise;
    }
    boolean digits =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int value = digits ? Integer.parseInt(text) : -1;
    if (value < low || value > high) {
      throw QuiverException.invalid(name, low + " to " + high, text);
    }
    return value;
  }

  /** A place in a snapshot on its way. */
  long longParameter(String name, long otherwise) {
    String text = target.query().get(name);
    if (text == null) {
      return otherwise;
    }
    boolean digits =
        !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || Long.parseLong(text) > Limits.SNAPSHOT_BYTES_MAX) {
      throw QuiverException.invalid(name, "0 to " + Limits.SNAPSHOT_BYTES_MAX, text);
    }
    return Long.parseLong(text);
  }

  boolean flag(String name) {
    String text = parameter(name, "false");
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw QuiverException.invalid(name, "true or false", text);
    };
  }

  VectorReader reader() {
    if (bodyLength == 0) {
      throw QuiverException.invalid("body", "a JSON object", "an empty body");
    }
    return new VectorReader(body, bodyLength);
  }
}
