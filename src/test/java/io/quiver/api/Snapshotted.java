package io.quiver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a collection is after each of its writes, as one client that sends them one after another
 * knows it. One thread writes; another may ask how far it is.
 */
final class Snapshotted {
  static final int DIMENSION = 32;
  private static final int IDS = 1_500;
  private static final int BATCH_MAX = 40;

  private final String collection;
  private final SplittableRandom random;
  private final List<State> states = new ArrayList<>();
  private int acknowledged;
  private int version;

  /** The bits of a row's vector, and its payload. */
  private record Row(String bits, String payload) {}

  /** The rows after a prefix of the writes, by id. */
  static final class State {
    private final SortedMap<String, Row> rows;

    private State(SortedMap<String, Row> rows) {
      this.rows = rows;
    }

    /** Of every id, every bit of its vector, and its payload. */
    String digest() {
      MessageDigest sum = sha256();
      rows.forEach((id, row) -> add(sum, id, row));
      return HexFormat.of().formatHex(sum.digest()) + " of " + rows.size();
    }
  }

  Snapshotted(String collection, long seed) {
    this.collection = collection;
    this.random = new SplittableRandom(seed);
    states.add(new State(new TreeMap<>()));
  }

  /** Sends one write, of many rows or none, and waits for its answer. */
  void write(RestCaller rest) throws IOException {
    boolean isDelete = random.nextInt(4) == 0;
    SortedMap<String, Row> next = new TreeMap<>(last().rows);
    ObjectNode body = RestCaller.object();
    ArrayNode ids = RestCaller.object().putArray("ids");
    ArrayNode points = RestCaller.object().putArray("points");
    version++;
    for (String id : someIds()) {
      if (isDelete) {
        next.remove(id);
        ids.add(id);
      } else {
        float[] vector = vector();
        String payload = "{\"v\":" + version + ",\"of\":\"" + id + " é\"}";
        next.put(id, new Row(bits(vector), payload));
        points.add(point(id, vector, payload));
      }
    }
    synchronized (this) {
      states.add(new State(next));
    }
    String path = "/collections/" + collection + "/points/";
    rest.ok(
        "POST",
        path + (isDelete ? "delete" : "upsert"),
        isDelete ? body.set("ids", ids) : body.set("points", points));
    synchronized (this) {
      acknowledged = states.size() - 1;
    }
  }

  /** An id stands once in a write. */
  private Set<String> someIds() {
    Set<String> ids = new TreeSet<>();
    for (int i = random.nextInt(1, BATCH_MAX); i > 0; i--) {
      ids.add("r" + random.nextInt(IDS));
    }
    return ids;
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
    }
    return vector;
  }

  private static ObjectNode point(String id, float[] vector, String payload) {
    ObjectNode point = RestCaller.object().put("id", id);
    point.set("vector", RestCaller.numbers(vector));
    point.set("payload", RestCaller.json(payload));
    return point;
  }

  /** How many writes were acknowledged. */
  synchronized int acknowledged() {
    return acknowledged;
  }

  /**
   * What may be there after at least so many writes, and at most those that were sent, by digest.
   */
  synchronized Map<String, State> since(int writes) {
    Map<String, State> possible = new TreeMap<>();
    states.subList(writes, states.size()).forEach(state -> possible.put(state.digest(), state));
    return possible;
  }

  synchronized State last() {
    return states.getLast();
  }

  /** From here on this is what is there. */
  synchronized void continueFrom(State state) {
    states.clear();
    states.add(state);
    acknowledged = 0;
  }

  /** The digest of what a server holds. */
  static String digest(RestCaller rest, String collection) throws IOException {
    SortedMap<String, Row> rows = new TreeMap<>();
    ObjectNode page = RestCaller.object().put("limit", 10_000);
    JsonNode next;
    do {
      JsonNode data = rest.ok("POST", "/collections/" + collection + "/points/scroll", page);
      for (JsonNode point : data.path("points")) {
        float[] vector = RestCaller.floats(point.path("vector"));
        Row row = new Row(bits(vector), point.path("payload").toString());
        rows.put(point.path("id").asText(), row);
      }
      next = data.path("next_offset");
      page.set("offset", next);
    } while (!next.isNull());
    return new State(rows).digest();
  }

  private static void add(MessageDigest sum, String id, Row row) {
    sum.update((id + "\n" + row.payload + "\n" + row.bits).getBytes(StandardCharsets.UTF_8));
  }

  private static String bits(float[] vector) {
    ByteBuffer bits = ByteBuffer.allocate(Float.BYTES * vector.length);
    for (float component : vector) {
      bits.putFloat(component);
    }
    return HexFormat.of().formatHex(bits.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
