package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.vertx.core.http.HttpMethod;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the operation that a method and a path mean. Literal segments win over parameters. */
final class Routes {
  private static final Map<Operation, List<String>> TEMPLATES = new EnumMap<>(Operation.class);

  static {
    for (Operation operation : Operation.values()) {
      TEMPLATES.put(operation, List.of(operation.path().substring(1).split("/", -1)));
    }
  }

  private Routes() {}

  /**
   * The operation; HEAD is answered as GET.
   *
   * @param segments the path's segments, percent-decoded
   * @throws QuiverException ROUTE_NOT_FOUND, or METHOD_NOT_ALLOWED with {@code allow} in its
   *     details
   */
  static Operation find(HttpMethod method, List<String> segments, String path) {
    String sought = method.equals(HttpMethod.HEAD) ? "GET" : method.name();
    Operation found = null;
    TreeSet<String> allowed = new TreeSet<>();
    for (Operation operation : Operation.values()) {
      if (!fits(operation, segments)) {
        continue;
      }
      allowed.add(operation.method());
      boolean better = found == null || literals(operation) > literals(found);
      if (operation.method().equals(sought) && better) {
        found = operation;
      }
    }
    if (found != null) {
      return found;
    }
    if (allowed.isEmpty()) {
      throw new QuiverException(
          ErrorCode.ROUTE_NOT_FOUND,
          "no such route: " + QuiverException.clip(path),
          Map.of(
              "field",
              "path",
              "expected",
              "a path of openapi.yaml",
              "got",
              QuiverException.clip(path)));
    }
    String allow = String.join(", ", allowed);
    throw new QuiverException(
        ErrorCode.METHOD_NOT_ALLOWED,
        "method not allowed: want=" + allow + " got=" + QuiverException.clip(method.name()),
        Map.of("field", "method", "expected", allow, "got", QuiverException.clip(method.name())));
  }

  /** The segment that stands where the operation's path has {@code {name}}. */
  static String parameter(Operation operation, String name, List<String> segments) {
    return segments.get(TEMPLATES.get(operation).indexOf("{" + name + "}"));
  }

  private static boolean fits(Operation operation, List<String> segments) {
    List<String> template = TEMPLATES.get(operation);
    if (template.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      boolean same =
          isParameter(template.get(i))
              ? !segments.get(i).isEmpty()
              : template.get(i).equals(segments.get(i));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static long literals(Operation operation) {
    return TEMPLATES.get(operation).stream().filter(segment -> !isParameter(segment)).count();
  }

  private static boolean isParameter(String segment) {
    return segment.charAt(0) == '{';
  }
}
