package io.quiver.api;

import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells a {@link BusHost} what to do over the bus. */
final class BusFront implements Front, AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;
  private final Writer out;
  private final String durability;

  /**
   * Connects to a host.
   *
   * @param durability what writes ask for; a SIGKILL must lose none of either kind
   */
  BusFront(int port, Durability durability) {
    try {
      this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      this.in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.durability = durability.name();
  }

  @Override
  public boolean hasEverything() {
    return true;
  }

  @Override
  public Outcome create(String collection, int dimension, String metric, int shards) {
    return write(
        "create", collection, Integer.toString(dimension), metric, Integer.toString(shards));
  }

  @Override
  public Outcome drop(String collection) {
    return write("drop", collection);
  }

  @Override
  public Outcome insert(String collection, List<Row> rows) {
    return write("INSERT", collection, rows);
  }

  @Override
  public Outcome upsert(String collection, List<Row> rows) {
    return write("UPSERT", collection, rows);
  }

  @Override
  public Outcome update(String collection, Row row) {
    return write("UPDATE", collection, List.of(row));
  }

  @Override
  public Outcome delete(String collection, List<String> ids) {
    List<String> words = new ArrayList<>(List.of("delete", collection, durability));
    words.addAll(ids);
    return write(words.toArray(String[]::new));
  }

  private Outcome write(String mode, String collection, List<Row> rows) {
    List<String> words = new ArrayList<>(List.of(mode, collection, durability));
    for (Row row : rows) {
      words.add(row.id());
      words.add(row.value());
    }
    return write(words.toArray(String[]::new));
  }

  private Outcome write(String... words) {
    try {
      return Outcome.valueOf(ask(words).getFirst());
    } catch (IOException e) {
      return Outcome.UNKNOWN;
    }
  }

  @Override
  public Set<String> collections() {
    return new TreeSet<>(read("collections"));
  }

  @Override
  public long count(String collection) {
    return Long.parseLong(read("count", collection).getFirst());
  }

  @Override
  public boolean has(String collection, String id) {
    return !read("get", collection, id).isEmpty();
  }

  @Override
  public List<Found> scan(String collection, float[] query, int limit) {
    return search(collection, limit, true, query);
  }

  @Override
  public Optional<Found> nearest(String collection, float[] query) {
    return search(collection, 1, false, query).stream().findFirst();
  }

  private List<Found> search(String collection, int limit, boolean exact, float[] query) {
    List<String> words =
        read("search", collection, Integer.toString(limit), Boolean.toString(exact), text(query));
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < words.size(); i += 3) {
      found.add(
          new Found(
              new Row(words.get(i), words.get(i + 1)),
              DenseVector.owning(floats(words.get(i + 2)))));
    }
    return found;
  }

  private List<String> read(String... words) {
    try {
      List<String> answer = ask(words);
      if (!answer.getFirst().equals("DONE")) {
        throw new AssertionError("bus: " + String.join(" ", words) + ": " + answer);
      }
      return answer.subList(1, answer.size());
    } catch (IOException e) {
      throw new AssertionError("bus: " + e, e);
    }
  }

  private List<String> ask(String... words) throws IOException {
    out.write(String.join("\t", words) + "\n");
    out.flush();
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException("the host is gone");
    }
    return List.of(answer.split("\t", -1));
  }

  static String text(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static float[] floats(String text) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
    float[] vector = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(vector);
    return vector;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
