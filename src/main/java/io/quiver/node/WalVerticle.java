package io.quiver.node;

import io.quiver.bus.Addresses;
import io.quiver.bus.Inbox;
import io.quiver.bus.Replies;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.message.Failure;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.Message;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log writer of a node, a worker of which there is one. What arrives while the disk is busy
 * becomes one group: the first append of a group posts one flush, which runs after all appends that
 * were already in the mailbox. One write and at most one sync serve the whole group, then it is
 * answered in the order of its sequence numbers.
 *
 * <p>A group in which nobody waits for stable storage is answered once it is with the operating
 * system; it is put on stable storage with the next group that asks, or within a second.
 */
final class WalVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(WalVerticle.class);
  private static final long LAZY_SYNC_MILLIS = 500;

  /** A group of this size is flushed at once, so that its memory stays small. */
  private static final long GROUP_BYTES_MAX = 32L << 20;

  private final LogWriter log;
  private final List<Asker> group = new ArrayList<>();
  private long groupBytes;
  private boolean groupForced;
  private boolean lazySyncPlanned;
  private boolean broken;

  private record Asker(io.vertx.core.eventbus.Message<Message> request, long lsn) {}

  WalVerticle(LogWriter log) {
    this.log = log;
  }

  @Override
  public Future<?> start() {
    return Inbox.open(vertx, Addresses.LOG, this::onAppend).completion();
  }

  /** Whoever writes was stopped before: what is left is at most a group, and its lazy sync. */
  @Override
  public Future<?> stop() {
    flush();
    if (lazySyncPlanned) {
      syncNow();
    }
    return Future.succeededFuture();
  }

  private void onAppend(io.vertx.core.eventbus.Message<Message> request) {
    try {
      if (broken) {
        throw readOnly();
      }
      if (!(request.body() instanceof LogAppend append)) {
        throw Inbox.misplaced("LogAppend", request.body());
      }
      long lsn = log.append(append.collection(), append.command());
      group.add(new Asker(request, lsn));
      groupBytes += WriteBudget.bytesOf(append.command());
      groupForced |= append.durability() == Durability.FSYNC;
    } catch (Throwable e) {
      Replies.send(request, Replies.failure(e));
      return;
    }
    if (groupBytes >= GROUP_BYTES_MAX) {
      flush();
    } else if (group.size() == 1) {
      context.runOnContext(then -> flush());
    }
  }

  private void flush() {
    if (group.isEmpty()) {
      return;
    }
    List<Asker> answered = List.copyOf(group);
    boolean force = groupForced;
    group.clear();
    groupBytes = 0;
    groupForced = false;
    try {
      log.sync(force);
    } catch (Throwable e) {
      // Anything but the log's own refusal leaves the log in a state that nobody knows.
      broken |= !(e instanceof QuiverException);
      Failure failure = Replies.failure(e);
      answered.forEach(asker -> Replies.send(asker.request(), failure));
      return;
    }
    answered.forEach(asker -> Replies.send(asker.request(), new LogAck(asker.lsn())));
    planLazySync(force);
  }

  private void planLazySync(boolean forced) {
    if (forced) {
      lazySyncPlanned = false;
    } else if (!lazySyncPlanned) {
      lazySyncPlanned = true;
      vertx.setTimer(LAZY_SYNC_MILLIS, timer -> lazySync());
    }
  }

  private void lazySync() {
    if (lazySyncPlanned) {
      lazySyncPlanned = false;
      syncNow();
    }
  }

  /** Nobody waits for this one; if it fails, the log refuses the next append. */
  private void syncNow() {
    try {
      log.sync(true);
    } catch (Throwable e) {
      broken |= !(e instanceof QuiverException);
      LOG.error("the log could not be put on stable storage", e);
    }
  }

  private static QuiverException readOnly() {
    return new QuiverException(
        ErrorCode.READ_ONLY, "the log failed: the node takes no writes until it is restarted");
  }
}
