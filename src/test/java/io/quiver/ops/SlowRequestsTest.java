package io.quiver.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.ErrorCode;
import io.quiver.core.Ticket;
import io.quiver.message.Failure;
import io.quiver.message.Reply;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchVectors;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What was slow is told with its circumstances, and not more often than a log can bear. */
class SlowRequestsTest {
  private static final SearchVectors SEARCH =
      SearchVectors.of(new CollectionName("films"), DenseVector.of(0.125f), 7);
  private static final Reply NOTHING = new SearchHits(List.of(), List.of());

  private final Logger logger = (Logger) LoggerFactory.getLogger(SlowRequests.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong clock = new AtomicLong(5_000_000_000L);
  private final SlowRequests slow = new SlowRequests(20, clock::get);

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }

  @Test
  void whatTookLongIsToldWithItsIdAndWithoutItsVector() {
    slow.completed(SEARCH, NOTHING, 19_999_999, new Ticket("fast"));
    slow.completed(SEARCH, NOTHING, 20_000_000, new Ticket("abc-1"));
    assertThat(lines.list).hasSize(1);
    assertThat(values(0))
        .containsEntry("request_id", "abc-1")
        .containsEntry("operation", "query")
        .containsEntry("millis", "20")
        .containsEntry("collection", "films")
        .containsEntry("limit", "7")
        .containsEntry("hits", "0")
        .doesNotContainKey("untold");
    assertThat(values(0).toString()).doesNotContain("0.125");
  }

  @Test
  void aFailureHasItsCode() {
    slow.completed(SEARCH, new Failure(ErrorCode.DEADLINE_EXCEEDED, "late", Map.of()), 1L << 30);
    assertThat(values(0))
        .containsEntry("code", "DEADLINE_EXCEEDED")
        .doesNotContainKey("request_id");
  }

  @Test
  void tenLinesASecondAndThenACountOfTheOthers() {
    for (int i = 0; i < 1_000; i++) {
      slow.completed(SEARCH, NOTHING, 1L << 30);
    }
    assertThat(lines.list).hasSize(10);
    clock.addAndGet(1_000_000_000L);
    slow.completed(SEARCH, NOTHING, 1L << 30);
    assertThat(lines.list).hasSize(11);
    assertThat(values(10)).containsEntry("untold", "990");
  }

  private Map<String, String> values(int line) {
    return lines.list.get(line).getKeyValuePairs().stream()
        .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
  }
}
