package io.quiver.cli;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Requests over several connections at once, each of which sends the next when the last was
 * answered, until the time is over. What an overloaded server refuses is counted and asked again.
 * Belongs to one thread; every connection to its event loop.
 */
final class BenchTraffic {
  private static final double WARM_UP_SECONDS = 1;
  private static final double ONCE_SECONDS_MAX = 600;
  private static final long ANSWER_MILLIS_MAX = 60_000;

  private final List<BenchLine> lines;
  private final int requests;

  /**
   * Nothing is sent yet.
   *
   * @param requests how many were prepared
   */
  BenchTraffic(List<BenchLine> lines, int requests) {
    this.lines = lines;
    this.requests = requests;
  }

  /**
   * What one run came to.
   *
   * @param nanos the time of each request that was answered, in rising order
   * @param refused requests that were not
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody keeps or compares it
  record Run(double seconds, long[] nanos, int refused) {
    double rate() {
      return nanos.length / seconds;
    }

    double micros(double part) {
      return BenchSweep.percentile(nanos, part) / 1e3;
    }
  }

  Run run(double seconds) {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Asker> askers = lines.stream().map(line -> new Asker(line, end)).toList();
    for (int i = 0; i < askers.size(); i++) {
      askers.get(i).ask(i * requests / askers.size());
    }
    long[] all = new long[0];
    int refused = 0;
    for (Asker asker : askers) {
      long[] part = asker.nanos(seconds);
      int size = all.length;
      all = Arrays.copyOf(all, size + part.length);
      System.arraycopy(part, 0, all, size, part.length);
      refused += asker.refused;
    }
    double took = (System.nanoTime() - start) / 1e9;
    Arrays.sort(all);
    return new Run(took, all, refused);
  }

  /** Asks so many at least: what is compiled on the way is not to be measured. */
  void warmUp(int requestsMin) {
    for (int asked = 0; asked < requestsMin; ) {
      asked += run(WARM_UP_SECONDS).nanos().length;
    }
  }

  /** The answer to each request, asked one after another over one connection. */
  List<List<String>> once() {
    CompletableFuture<List<List<String>>> done = new CompletableFuture<>();
    List<List<String>> answers = new ArrayList<>();
    ask(0, answers, done);
    return joined(done, ONCE_SECONDS_MAX);
  }

  private void ask(
      int number, List<List<String>> answers, CompletableFuture<List<List<String>>> done) {
    if (number == requests) {
      done.complete(answers);
      return;
    }
    lines
        .getFirst()
        .send(number)
        .onSuccess(ids -> {
          answers.add(ids.get());
          ask(number + 1, answers, done);
        })
        .onFailure(done::completeExceptionally);
  }

  /** One connection at work. */
  private final class Asker {
    private final BenchLine line;
    private final long endNanos;
    private final CompletableFuture<long[]> done = new CompletableFuture<>();
    private long[] nanos = new long[1 << 12];
    private int count;
    private int refused;

    Asker(BenchLine line, long endNanos) {
      this.line = line;
      this.endNanos = endNanos;
    }

    void ask(int number) {
      long start = System.nanoTime();
      Future<Supplier<List<String>>> answer = line.send(number);
      answer.onSuccess(ids -> {
        note(System.nanoTime() - start);
        next(number);
      });
      answer.onFailure(cause -> {
        if (cause instanceof ServerException known && known.isTransient()) {
          refused++;
          next(number);
        } else {
          done.completeExceptionally(cause);
        }
      });
    }

    private void next(int number) {
      if (System.nanoTime() < endNanos) {
        ask((number + 1) % requests);
      } else {
        done.complete(Arrays.copyOf(nanos, count));
      }
    }

    private void note(long took) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = took;
    }

    long[] nanos(double seconds) {
      return joined(done, seconds);
    }
  }

  /** The answers, which must all come within a minute after the last request was due. */
  private static <T> T joined(CompletableFuture<T> future, double seconds) {
    long millis = (long) (1e3 * seconds) + ANSWER_MILLIS_MAX;
    try {
      return future.orTimeout(millis, TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new CommandException("no answer within " + millis + " ms", e);
      }
      throw e.getCause() instanceof RuntimeException known ? known : e;
    }
  }
}
