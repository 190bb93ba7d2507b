package io.quiver.cli;

/** A server answered with an error, or did not answer; the message is one line for a person. */
final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int NO_ANSWER = 0;

  private final int status;

  /**
   * The server answered with an error.
   *
   * @param status of the HTTP answer
   */
  ServerException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** No answer came. */
  ServerException(String message, Throwable cause) {
    super(message, cause);
    this.status = NO_ANSWER;
  }

  boolean isNotFound() {
    return status == 404;
  }

  /** Whether the same request may succeed later: overload, or a server that is down or starts. */
  boolean isTransient() {
    return status == NO_ANSWER || status == 429 || status == 503;
  }
}
