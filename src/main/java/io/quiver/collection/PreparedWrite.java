package io.quiver.collection;

import io.quiver.message.Command;
import io.quiver.message.Reply;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** A write that was checked: what to log, and what to answer once that was applied. */
public final class PreparedWrite {
  private final Optional<Command> command;
  private final LongFunction<Reply> reply;
  private List<StagedRows> staged;

  PreparedWrite(Optional<Command> command, List<StagedRows> staged, LongFunction<Reply> reply) {
    this.command = command;
    this.staged = staged;
    this.reply = reply;
  }

  /** What has to be logged and applied; empty when nothing changes (a delete of unknown ids). */
  public Optional<Command> command() {
    return command;
  }

  /** Where its rows already stand, one entry per shard that has any. */
  List<StagedRows> staged() {
    return staged;
  }

  /** Compaction moved the rows. */
  void restaged(List<StagedRows> moved) {
    staged = moved;
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
