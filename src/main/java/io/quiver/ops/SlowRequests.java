package io.quiver.ops;

import io.quiver.bus.RequestObserver;
import io.quiver.core.Ticket;
import io.quiver.message.DeleteVectors;
import io.quiver.message.Failure;
import io.quiver.message.GetVectors;
import io.quiver.message.Reply;
import io.quiver.message.Request;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteVectors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs requests that took long, with what makes them so, but no vectors and no metadata. At most
 * ten lines a second: when everything is slow, the log need not be.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class SlowRequests implements RequestObserver {
  private static final Logger LOG = LoggerFactory.getLogger(SlowRequests.class);
  private static final int LINES_PER_SECOND = 10;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final long nanosMax;
  private final LongSupplier clock;
  private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
  private final AtomicInteger lines = new AtomicInteger();
  private final AtomicInteger untold = new AtomicInteger();

  /** Tells of requests that took so many milliseconds or more. */
  public SlowRequests(int millis) {
    this(millis, System::nanoTime);
  }

  SlowRequests(int millis, LongSupplier clock) {
    this.nanosMax = TimeUnit.MILLISECONDS.toNanos(millis);
    this.clock = clock;
  }

  @Override
  public void completed(Request request, Reply reply, long nanos) {
    completed(request, reply, nanos, new Ticket());
  }

  @Override
  public void completed(Request request, Reply reply, long nanos, Ticket ticket) {
    if (nanos < nanosMax) {
      return;
    }
    if (!mayTell()) {
      untold.incrementAndGet();
      return;
    }
    LoggingEventBuilder line =
        LOG.atWarn()
            .addKeyValue("operation", Operation.of(request).word())
            .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(nanos));
    describe(request, line);
    describe(reply, line);
    if (!ticket.requestId().isEmpty()) {
      line.addKeyValue("request_id", ticket.requestId());
    }
    int others = untold.getAndSet(0);
    if (others > 0) {
      line.addKeyValue("untold", others);
    }
    line.log("slow request");
  }

  /** Whether this second has a line left. */
  private boolean mayTell() {
    long now = Math.floorDiv(clock.getAsLong(), SECOND_NANOS);
    long before = second.get();
    if (before != now && second.compareAndSet(before, now)) {
      lines.set(0);
    }
    return lines.incrementAndGet() <= LINES_PER_SECOND;
  }

  private static void describe(Request request, LoggingEventBuilder line) {
    switch (request) {
      case SearchVectors search ->
          line.addKeyValue("collection", search.collection())
              .addKeyValue("limit", search.limit())
              .addKeyValue("offset", search.offset())
              .addKeyValue("ef_search", search.efSearch())
              .addKeyValue("exact", search.exact());
      case WriteVectors write ->
          line.addKeyValue("collection", write.collection())
              .addKeyValue("rows", write.rows().size());
      case DeleteVectors delete ->
          line.addKeyValue("collection", delete.collection())
              .addKeyValue("ids", delete.ids().size());
      case GetVectors get ->
          line.addKeyValue("collection", get.collection()).addKeyValue("ids", get.ids().size());
      default -> {}
    }
  }

  private static void describe(Reply reply, LoggingEventBuilder line) {
    switch (reply) {
      case Failure failure -> line.addKeyValue("code", failure.code());
      case SearchHits hits -> line.addKeyValue("hits", hits.hits().size());
      default -> {}
    }
  }
}
