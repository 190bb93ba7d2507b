package io.quiver.bus;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.Failure;
import io.quiver.message.Message;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a consumer answers. Errors travel as {@link Failure} and not as a failed delivery, so that
 * their code and details arrive; and every throwable becomes one, for a consumer that throws sends
 * nothing and lets its caller wait for the timeout.
 */
public final class Replies {
  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private Replies() {}

  public static void send(io.vertx.core.eventbus.Message<?> request, Message reply) {
    request.reply(reply, Codecs.REPLY);
  }

  /**
   * The failure to send for an error. What is not a {@link QuiverException} is our fault: it is
   * logged here with its stack, and the caller is told nothing of our inside.
   */
  public static Failure failure(Throwable error) {
    if (error instanceof QuiverException known) {
      return Failure.of(known);
    }
    LOG.error("a request failed for a reason that is not the caller's", error);
    return new Failure(
        ErrorCode.INTERNAL, "internal error: the node's log has the reason", Map.of());
  }

  /** A failure without details. */
  public static Failure failure(ErrorCode code, String message) {
    return new Failure(code, message, Map.of());
  }
}
