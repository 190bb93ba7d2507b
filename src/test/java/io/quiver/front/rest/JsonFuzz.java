package io.quiver.front.rest;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import io.quiver.fuzz.Expect;
import io.quiver.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Our scanner and Jackson take the same documents, and read the same out of them. */
public final class JsonFuzz implements FuzzTarget {
  private static final Set<String> SAID = Set.of("field", "expected", "got");

  @Override
  public void run(byte[] input) {
    Optional<Object> ours = ours(input);
    Expect.equal(ours, JacksonTree.of(input));
    Expect.equal(skips(input), ours.isPresent());
  }

  @Override
  public List<byte[]> seeds() {
    return Stream.of(
            "{\"a\":[1,-0.5e+10,true,false,null,\"\\u00e9\\n\\ud83d\\ude00é水😀\"],\"b\":{}}",
            " [ ] ",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "[[[[[[]]]],{\"a\":{\"a\":[{}]}}]]",
            "-12.50E-3",
            "{\"k\":1,\"l\":2,\"k\":3}",
            "[" + "[".repeat(70) + "]".repeat(70) + "]")
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  /** The document as {@link JacksonTree} shows it, or nothing if it is refused. */
  private static Optional<Object> ours(byte[] input) {
    JsonReader json = new JsonReader(input, input.length);
    try {
      Object value = value(json);
      json.endDocument();
      return Optional.of(value);
    } catch (QuiverException e) {
      checkRefusal(e);
      return Optional.empty();
    }
  }

  private static boolean skips(byte[] input) {
    JsonReader json = new JsonReader(input, input.length);
    try {
      json.skipValue();
      json.endDocument();
      return true;
    } catch (QuiverException e) {
      checkRefusal(e);
      return false;
    }
  }

  /** What every refusal of a request says. */
  static void checkRefusal(QuiverException e) {
    Expect.equal(HttpStatus.of(e.code()) / 100, 4);
    if (e.code() == ErrorCode.INVALID_ARGUMENT || e.code() == ErrorCode.MALFORMED_JSON) {
      Expect.that(e.details().keySet().containsAll(SAID), e::getMessage);
    }
    Expect.readable(e.getMessage());
  }

  private static Object value(JsonReader json) {
    return switch (json.peek()) {
      case '{' -> {
        Map<String, Object> object = new LinkedHashMap<>();
        json.beginObject();
        while (json.nextField()) {
          object.put(json.field(), value(json));
        }
        yield object;
      }
      case '[' -> {
        List<Object> array = new ArrayList<>();
        json.beginArray("an array");
        while (json.nextElement()) {
          array.add(value(json));
        }
        yield array;
      }
      case '"' -> "string " + json.string("a string");
      case 't', 'f' -> String.valueOf(json.bool());
      default -> json.skipNull() ? "null" : number(json);
    };
  }

  private static String number(JsonReader json) {
    int from = json.at;
    json.skipNumber();
    return new String(json.text, from, json.at - from, StandardCharsets.ISO_8859_1);
  }
}
