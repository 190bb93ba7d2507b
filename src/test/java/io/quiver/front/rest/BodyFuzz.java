package io.quiver.front.rest;

import io.quiver.core.DenseVector;
import io.quiver.core.QuiverException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Bodies of every operation that has one: refused with a 4xx that names the field, or well-formed
 * JSON for Jackson too, with the numbers that the JDK reads.
 *
 * <p>Input: which operation, and whether wrong rows are left out; then the body.
 */
public final class BodyFuzz implements FuzzTarget {
  private static final List<Operation> OPERATIONS =
      Arrays.stream(Operation.values())
          .filter(operation -> operation.hasBody() && !operation.isTransfer())
          .toList();
  private static final int CONTINUE = 0x80;

  @Override
  public void run(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Operation operation = OPERATIONS.get((input[0] & ~CONTINUE & 0xFF) % OPERATIONS.size());
    boolean isLenient = (input[0] & CONTINUE) != 0 && operation.parameters().contains("on_error");
    String path = operation.path().replace("{collection}", "c").replace("{id}", "a");
    Target target = Target.parse(path + (isLenient ? "?on_error=continue" : ""));
    byte[] body = Arrays.copyOfRange(input, 1, input.length);
    try {
      Endpoints.prepare(new Call(operation, target, body, body.length));
    } catch (QuiverException e) {
      JsonFuzz.checkRefusal(e);
      return;
    }
    Object tree = JacksonTree.of(body).orElseThrow(() -> new AssertionError("Jackson refuses it"));
    if (operation == Operation.INSERT_VECTORS || operation == Operation.UPSERT_VECTORS) {
      checkRows(body, isLenient, (Map<?, ?>) tree);
    }
  }

  private static void checkRows(byte[] body, boolean isLenient, Map<?, ?> tree) {
    RowsReader.Rows read =
        RowsReader.batch(
            new VectorReader(body, body.length), isLenient ? OnError.CONTINUE : OnError.ABORT);
    boolean isColumns = tree.containsKey("embeddings");
    List<?> wanted = (List<?>) tree.get(isColumns ? "embeddings" : "vectors");
    Expect.equal(read.total(), wanted.size());
    for (int i = 0; i < read.rows().size(); i++) {
      Row row = read.rows().get(i);
      Object element = wanted.get(read.positions().get(i));
      Object vector = isColumns ? element : ((Map<?, ?>) element).get("data");
      Expect.equal(row.vector(), vector(vector));
      if (!isColumns && !row.metadata().isAbsent()) {
        Expect.equal(
            JacksonTree.of(row.metadata().toUtf8()).orElseThrow(),
            ((Map<?, ?>) element).get("metadata"));
      }
    }
  }

  private static DenseVector vector(Object value) {
    if (value instanceof String text) {
      byte[] bytes = Base64.getDecoder().decode(text.substring("string ".length()));
      float[] components = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
      return DenseVector.owning(components);
    }
    List<?> numbers = (List<?>) value;
    float[] components = new float[numbers.size()];
    for (int i = 0; i < components.length; i++) {
      components[i] = Float.parseFloat((String) numbers.get(i));
    }
    return DenseVector.owning(components);
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < OPERATIONS.size(); i++) {
      for (String body : bodies(OPERATIONS.get(i))) {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        for (int first : new int[] {i, i | CONTINUE}) {
          byte[] seed = new byte[text.length + 1];
          seed[0] = (byte) first;
          System.arraycopy(text, 0, seed, 1, text.length);
          seeds.add(seed);
        }
      }
    }
    return seeds;
  }

  private static List<String> bodies(Operation operation) {
    return switch (operation) {
      case CREATE_COLLECTION ->
          List.of(
              """
              {"name":"c","dimension":3,"distance_metric":"Cosine","vector_type":"Float32",
              "index_config":{"max_connections":16,"ef_construction":200,"ef_search":50,
              "max_layer":16},"shards":2,"quantization":{"type":"none"}}\
              """,
              "{\"name\":\"c\",\"dimension\":3,\"distance_metric\":\"Euclidean\","
                  + "\"vector_type\":null,\"index_config\":null,\"shards\":null}");
      case INSERT_VECTORS, UPSERT_VECTORS ->
          List.of(
              "{\"vectors\":[{\"id\":\"a\",\"data\":[1,-0.5,1e-3],\"metadata\":{\"é\":[1]}},"
                  + "{\"data\":\"AACAPwAAAAA=\"}],\"on_error\":\"continue\"}",
              "{\"ids\":[\"a\",null],\"embeddings\":[[1,2],[3.5e38,4]],"
                  + "\"metadatas\":[null,{}],\"collection\":\"c\"}");
      case DELETE_VECTORS -> List.of("{\"ids\":[\"a\",\"b\"],\"collection\":\"c\"}");
      case SEARCH ->
          List.of(
              "{\"query_vector\":[1,2.25],\"limit\":3,\"ef_search\":9,\"offset\":1,\"exact\":true,"
                  + "\"with_vectors\":true,\"with_metadata\":false,\"max_distance\":1.5,"
                  + "\"deadline_ms\":100,\"filter\":{}}");
      case SEARCH_TEXT ->
          List.of(
              "{\"query\":\"+a* AND (b~ \\\"c d\\\")^2\",\"fields\":[\"x\",\"y.z\"],"
                  + "\"highlight\":true,\"offset\":1,\"limit\":2,\"filter\":null}");
      case SEARCH_HYBRID ->
          List.of(
              "{\"query\":\"a\",\"vector\":[1,2],\"strategy\":\"weighted\",\"k\":7,"
                  + "\"vector_weight\":0.25,\"text_weight\":1e0,\"with_metadata\":false}");
      case SEARCH_BATCH, SEARCH_POINTS_BATCH ->
          List.of("{\"searches\":[{\"vector\":[1]},{\"vector\":\"AACAPw==\",\"limit\":2}]}");
      default -> List.of("{\"id\":\"a\",\"data\":[0.1,0.25,16777217],\"metadata\":{\"n\":1}}");
    };
  }
}
