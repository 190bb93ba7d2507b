package io.quiver.fuzz;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every target by its name. Targets live beside what they fuzz, to reach it; hence class names. */
final class Targets {
  /** Which of them a JVM that fuzzes is for. */
  static final String PROPERTY = "quiver.fuzz.target";

  private static final Map<String, String> CLASSES = new LinkedHashMap<>();

  static {
    CLASSES.put("json", "front.rest.JsonFuzz");
    CLASSES.put("rest-body", "front.rest.BodyFuzz");
    CLASSES.put("rest-target", "front.rest.TargetFuzz");
    CLASSES.put("grpc", "front.grpc.RequestsFuzz");
    CLASSES.put("filter", "filter.FilterFuzz");
    CLASSES.put("json-entries", "front.grpc.JsonEntriesFuzz");
    CLASSES.put("message", "message.EncodingFuzz");
    CLASSES.put("wal", "wal.WalFuzz");
    CLASSES.put("manifest", "catalog.ManifestFuzz");
    CLASSES.put("graph-file", "hnsw.GraphFileFuzz");
    CLASSES.put("ids-file", "vectors.IdsFileFuzz");
    CLASSES.put("rows", "vectors.RowsFuzz");
    CLASSES.put("vector-files", "migrate.VectorFilesFuzz");
    CLASSES.put("ndjson", "migrate.NdjsonFuzz");
    CLASSES.put("dvecdb", "migrate.DvecFuzz");
    CLASSES.put("vjson", "migrate.VjsonFuzz");
    CLASSES.put("srvdb", "migrate.SrvdbFuzz");
  }

  private Targets() {}

  static Iterable<String> names() {
    return Collections.unmodifiableSet(CLASSES.keySet());
  }

  static FuzzTarget of(String name) {
    String found = CLASSES.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no such target: want one of " + CLASSES.keySet() + " got=" + name);
    }
    try {
      return Class.forName("io.quiver." + found)
          .asSubclass(FuzzTarget.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
