package io.quiver.collection;

import io.quiver.message.Command;
import io.quiver.message.Reply;
import java.util.Optional;
import java.util.function.LongFunction;

/** A write that was checked: what to log, and what to answer once that was applied. */
public final class PreparedWrite {
  private final Optional<Command> command;
  private final LongFunction<Reply> reply;

  PreparedWrite(Optional<Command> command, LongFunction<Reply> reply) {
    this.command = command;
    this.reply = reply;
  }

  /** What has to be logged and applied; empty when nothing changes (a delete of unknown ids). */
  public Optional<Command> command() {
    return command;
  }

  /**
   * The acknowledgement.
   *
   * @param lsn the command's log sequence number, 0 when there was no command
   */
  public Reply reply(long lsn) {
    return reply.apply(lsn);
  }
}
