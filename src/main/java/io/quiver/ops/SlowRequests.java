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
import java.util.LinkedHashMap;
import java.util.Map;
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
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("operation", Operation.of(request).word());
    values.put("millis", TimeUnit.NANOSECONDS.toMillis(nanos));
    describe(request, values);
    describe(reply, values);
    if (!ticket.requestId().isEmpty()) {
      values.put("request_id", ticket.requestId());
    }
    int others = untold.getAndSet(0);
    if (others > 0) {
      values.put("untold", others);
    }
    tell(values);
  }

  private static void tell(Map<String, Object> values) {
    LoggingEventBuilder line = LOG.atWarn();
    for (Map.Entry<String, Object> value : values.entrySet()) {
      line = line.addKeyValue(value.getKey(), value.getValue());
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

  private static void describe(Request request, Map<String, Object> values) {
    switch (request) {
      case SearchVectors search -> {
        values.put("collection", search.collection());
        values.put("limit", search.limit());
        values.put("offset", search.offset());
        values.put("ef_search", search.efSearch());
        values.put("exact", search.exact());
      }
      case WriteVectors write -> {
        values.put("collection", write.collection());
        values.put("rows", write.rows().size());
      }
      case DeleteVectors delete -> {
        values.put("collection", delete.collection());
        values.put("ids", delete.ids().size());
      }
      case GetVectors get -> {
        values.put("collection", get.collection());
        values.put("ids", get.ids().size());
      }
      default -> {}
    }
  }

  private static void describe(Reply reply, Map<String, Object> values) {
    switch (reply) {
      case Failure failure -> values.put("code", failure.code());
      case SearchHits hits -> values.put("hits", hits.hits().size());
      default -> {}
    }
  }
}
