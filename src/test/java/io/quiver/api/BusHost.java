package io.quiver.api;

import io.quiver.Quiver;
import io.quiver.api.Front.Row;
import io.quiver.bus.QuiverClient;
import io.quiver.config.Flags;
import io.quiver.config.Settings;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.QuiverException;
import io.quiver.core.VectorId;
import io.quiver.message.CollectionConfig;
import io.quiver.message.DeleteVectors;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.OnError;
import io.quiver.message.SearchVectors;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * An application that embeds Quiver and does over the bus what it is told on a socket, so that who
 * writes over the bus, and what was acknowledged, is known outside of the process that is killed.
 * Takes the flags of {@code serve} and prints its ready line, with the socket's port at the end.
 *
 * <p>A line is a request, its words parted by tabs, and gets one line: {@link BusFront} has the
 * other end. An answer is written only when the bus gave it.
 */
final class BusHost {
  private static final Set<ErrorCode> REFUSALS =
      Set.of(
          ErrorCode.COLLECTION_NOT_FOUND,
          ErrorCode.COLLECTION_ALREADY_EXISTS,
          ErrorCode.VECTOR_NOT_FOUND,
          ErrorCode.VECTOR_ALREADY_EXISTS);

  /** What leaves it open whether a write was done. */
  private static final Set<ErrorCode> UNSETTLED =
      Set.of(ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED, ErrorCode.OVERLOADED);

  private final QuiverClient client;

  private BusHost(QuiverClient client) {
    this.client = client;
  }

  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    Settings settings =
        Settings.resolve(Flags.plain(List.of(args)).orElseThrow(), Map.copyOf(System.getenv()));
    Quiver quiver = await(Quiver.start(Vertx.vertx(), settings.options()));
    BusHost host = new BusHost(quiver.client());
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      System.out.printf(
          "Quiver embedded ready in %d ms: REST http://127.0.0.1:%d, gRPC 127.0.0.1:%d, metrics"
              + " http://127.0.0.1:%d, bus 127.0.0.1:%d%n",
          (System.nanoTime() - start) / 1_000_000,
          quiver.restPort(),
          quiver.grpcPort(),
          quiver.opsPort(),
          socket.getLocalPort());
      while (true) {
        Socket caller = socket.accept();
        caller.setTcpNoDelay(true);
        Thread.ofPlatform().daemon().start(() -> host.serve(caller));
      }
    }
  }

  private void serve(Socket caller) {
    try (caller;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(caller.getInputStream(), StandardCharsets.UTF_8));
        Writer out = new OutputStreamWriter(caller.getOutputStream(), StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write(answer(List.of(line.split("\t", -1))) + "\n");
        out.flush();
      }
    } catch (IOException e) {
      System.out.println("a caller left: " + e.getMessage());
    }
  }

  private String answer(List<String> words) {
    try {
      return await(ask(words));
    } catch (CompletionException e) {
      if (e.getCause() instanceof QuiverException known) {
        return outcome(known.code()) + "\t" + known.code();
      }
      throw e;
    }
  }

  private static String outcome(ErrorCode code) {
    if (REFUSALS.contains(code)) {
      return "REFUSED";
    }
    return UNSETTLED.contains(code) ? "UNKNOWN" : "unexpected error";
  }

  private Future<String> ask(List<String> words) {
    if (words.getFirst().equals("collections")) {
      return client
          .list()
          .map(names ->
              names.stream().map(name -> "\t" + name).collect(Collectors.joining("", "DONE", "")));
    }
    CollectionName name = new CollectionName(words.get(1));
    List<String> rest = words.subList(2, words.size());
    return switch (words.getFirst()) {
      case "create" ->
          client
              .create(
                  CollectionConfig.of(
                          name.value(), Integer.parseInt(rest.get(0)), Metric.parse(rest.get(1)))
                      .withShards(Integer.parseInt(rest.get(2))))
              .map("DONE");
      case "drop" -> client.drop(name).map("DONE");
      case "count" -> client.describe(name).map(info -> "DONE\t" + info.stats().vectorCount());
      case "delete" ->
          client
              .delete(
                  new DeleteVectors(
                      name,
                      rest.subList(1, rest.size()).stream().map(VectorId::new).toList(),
                      Durability.valueOf(rest.getFirst())))
              .map("DONE");
      case "get" ->
          client
              .get(new GetVectors(name, List.of(new VectorId(rest.getFirst())), false, false))
              .map(found -> found.rows().isEmpty() ? "DONE" : "DONE\t" + rest.getFirst());
      case "search" -> client.search(search(name, rest)).map(found -> text(found.hits()));
      default ->
          client
              .write(
                  new WriteVectors(
                      name,
                      WriteMode.valueOf(words.getFirst()),
                      rows(rest.subList(1, rest.size())),
                      OnError.ABORT,
                      Durability.valueOf(rest.getFirst())))
              .map("DONE");
    };
  }

  private static SearchVectors search(CollectionName name, List<String> words) {
    int limit = Integer.parseInt(words.get(0));
    boolean exact = Boolean.parseBoolean(words.get(1));
    DenseVector query = DenseVector.owning(BusFront.floats(words.get(2)));
    return new SearchVectors(
        name, query, limit, 0, exact ? 0 : 400, exact, true, true, Float.POSITIVE_INFINITY, 0);
  }

  private static List<io.quiver.message.Row> rows(List<String> words) {
    List<io.quiver.message.Row> rows = new ArrayList<>();
    for (int i = 0; i < words.size(); i += 2) {
      Row row = new Row(words.get(i), words.get(i + 1));
      rows.add(
          new io.quiver.message.Row(
              new VectorId(row.id()),
              DenseVector.owning(Ledger.vector(row)),
              Metadata.ofJson("{\"value\":\"" + row.value() + "\"}")));
    }
    return rows;
  }

  private static String text(List<Hit> hits) {
    StringBuilder text = new StringBuilder("DONE");
    for (Hit hit : hits) {
      String json = hit.metadata().json();
      String value = json.substring("{\"value\":\"".length(), json.length() - "\"}".length());
      text.append('\t').append(hit.id().value()).append('\t').append(value);
      text.append('\t').append(BusFront.text(hit.vector().toArray()));
    }
    return text.toString();
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
