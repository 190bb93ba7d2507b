package io.quiver.nonsense;

/**
 * One line of the table: a wrong call and how it must be refused.
 *
 * @param line where it stands in {@code cases.txt}
 * @param surfaces three characters for REST, gRPC and the bus: its letter where the call is
 *     refused, {@code -} where it cannot be said, {@code .} where it can be said and is right
 * @param operation {@code search}, {@code insert} …, or {@code HTTP}, {@code RPC}, {@code BUS} for
 *     what only one surface knows
 * @param target percent-encoded {@code collection} or {@code collection/id} and perhaps a query; of
 *     the others method and path, rpc, or address
 * @param request JSON, or the name of something that is none; {@code -} is nothing at all
 * @param code the error code, or a gRPC status that the library sets by itself
 * @param field the field in REST's words
 * @param says what the message must contain
 */
record Case(
    int line,
    String surfaces,
    String operation,
    String target,
    String request,
    String code,
    String field,
    String says) {

  boolean isRefusedBy(Surface surface) {
    return surfaces.indexOf(surface.letter()) >= 0;
  }

  /** Whether the table says that there are no words for this call. */
  boolean cannotBeSaidTo(Surface surface) {
    return surfaces.charAt("rgb".indexOf(surface.letter())) == '-';
  }

  /** The collection of the target, still percent-encoded. */
  String collection() {
    String path = path();
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /** The id of the target, still percent-encoded. */
  String id() {
    return path().substring(path().indexOf('/') + 1);
  }

  boolean hasQuery() {
    return target.indexOf('?') >= 0;
  }

  /** The query with its question mark, or nothing. */
  String query() {
    return hasQuery() ? target.substring(target.indexOf('?')) : "";
  }

  private String path() {
    return hasQuery() ? target.substring(0, target.indexOf('?')) : target;
  }

  @Override
  public String toString() {
    String shown = request.length() <= 70 ? request : request.substring(0, 67) + "...";
    String what = operation + " " + target + " " + shown;
    return "line " + line + ": " + what.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
  }
}
