package io.quiver.message;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.util.Map;

/** An error as it travels on the bus. */
public record Failure(ErrorCode code, String message, Map<String, String> details)
    implements Reply {
  public Failure {
    details = Map.copyOf(details);
  }

  public static Failure of(QuiverException error) {
    return new Failure(error.code(), error.getMessage(), error.details());
  }

  public QuiverException toException() {
    return new QuiverException(code, message, details);
  }
}
