package io.quiver.message;

import io.quiver.core.Durability;
import io.quiver.core.Required;
import java.util.UUID;

/** Asks the log writer to append a command of one collection. Answered by {@link LogAck}. */
public record LogAppend(UUID collection, Command command, Durability durability)
    implements Message {
  public LogAppend {
    Required.value("collection", collection);
    Required.value("command", command);
    Required.value("durability", durability);
  }
}
