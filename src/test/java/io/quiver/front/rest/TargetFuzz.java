package io.quiver.front.rest;

import io.quiver.core.QuiverException;
import io.quiver.fuzz.FuzzTarget;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Request targets as they stand on the wire, under every method: a call, or a 4xx. */
public final class TargetFuzz implements FuzzTarget {
  private static final List<HttpMethod> METHODS =
      List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

  @Override
  public void run(byte[] input) {
    String uri = new String(input, StandardCharsets.ISO_8859_1);
    for (HttpMethod method : METHODS) {
      try {
        Target target = Target.parse(uri);
        Operation operation = Routes.find(method, target.segments(), target.path());
        if (!operation.isTransfer()) {
          Endpoints.prepare(new Call(operation, target, new byte[0], 0));
        }
      } catch (QuiverException e) {
        JsonFuzz.checkRefusal(e);
      }
    }
  }

  @Override
  public List<byte[]> seeds() {
    Stream<String> paths =
        Stream.of(Operation.values())
            .map(operation ->
                operation.path().replace("{collection}", "c%2Dd").replace("{id}", "a%C3%A9+b"));
    Stream<String> others =
        Stream.of(
            "/collections/c/stats?detail=true",
            "/collections/c/vectors/a?durability=os",
            "http://host:8080/collections?x=%zz&y",
            "/collections/..%2f..%00/vectors/%ff");
    return Stream.concat(paths, others)
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }
}
