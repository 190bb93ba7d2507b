package io.quiver.sim;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import io.quiver.message.CollectionConfig;
import io.quiver.message.IndexParams;
import io.quiver.message.OnError;
import io.quiver.message.Row;
import io.quiver.message.WriteMode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A seeded random history: the same seed always gives the same steps. */
final class History {
  /** One thing a client or the machine does. */
  sealed interface Step {
    record Create(String name, Metric metric, int dimension, int shards) implements Step {
      CollectionConfig config(IndexParams index) {
        return new CollectionConfig(
            new CollectionName(name), dimension, metric, VectorType.FLOAT32, index, shards);
      }
    }

    record Drop(String name) implements Step {}

    record Put(String name, WriteMode mode, OnError onError, List<Row> rows, Durability durability)
        implements Step {}

    record Delete(String name, List<VectorId> ids, Durability durability) implements Step {}

    /** All rows go, in one step. */
    record Clear(String name, Durability durability) implements Step {}

    /** Index, repair, compact, checkpoint, shorten the log. */
    record Maintain() implements Step {}

    /** A clean stop and start. */
    record Restart() implements Step {}
  }

  private static final int DIMENSION = 3;
  static final int IDS = 32;

  /** Metadata that spans sectors of 4 KiB, and makes a record larger than a segment. */
  private static final int LARGE_BYTES = 5_000;

  private final SplittableRandom random;
  private final boolean mixedDurability;

  /** A source of single steps. */
  History(long seed, boolean mixedDurability) {
    this.random = new SplittableRandom(seed);
    this.mixedDurability = mixedDurability;
  }

  static List<Step> of(long seed, int length, boolean mixedDurability) {
    History history = new History(seed, mixedDurability);
    List<Step> steps = new ArrayList<>();
    steps.add(history.create());
    while (steps.size() < length) {
      steps.add(history.next());
    }
    return steps;
  }

  private Step next() {
    int dice = random.nextInt(100);
    if (dice < 50) {
      return put(name());
    } else if (dice < 72) {
      return deleteOrClear(name());
    } else if (dice < 82) {
      return new Step.Maintain();
    } else if (dice < 88) {
      return new Step.Restart();
    } else if (dice < 96) {
      return create();
    }
    return new Step.Drop(name());
  }

  private Step create() {
    return create(name());
  }

  Step.Create create(String name) {
    Metric[] metrics = Metric.values();
    return new Step.Create(
        name, metrics[random.nextInt(metrics.length)], DIMENSION, 1 + random.nextInt(2));
  }

  private String name() {
    return "c" + random.nextInt(2);
  }

  private Durability durability() {
    return mixedDurability && random.nextBoolean() ? Durability.OS : Durability.FSYNC;
  }

  private static final int CLEARING_IDS = 7;

  /** Asks for nothing that a delete does not ask for, so that the rest of a history stays. */
  Step deleteOrClear(String name) {
    Step.Delete delete = delete(name);
    return delete.ids().size() >= CLEARING_IDS ? new Step.Clear(name, delete.durability()) : delete;
  }

  Step.Delete delete(String name) {
    return new Step.Delete(name, ids(), durability());
  }

  Step.Put put(String name) {
    List<Row> rows = new ArrayList<>();
    for (VectorId id : ids()) {
      rows.add(row(id));
    }
    int dice = random.nextInt(10);
    WriteMode mode = dice < 2 ? WriteMode.INSERT : dice < 4 ? WriteMode.UPDATE : WriteMode.UPSERT;
    boolean aborts = random.nextInt(3) == 0;
    return new Step.Put(name, mode, aborts ? OnError.ABORT : OnError.CONTINUE, rows, durability());
  }

  private Row row(VectorId id) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = (float) (random.nextDouble() * 2 - 1) + 0.01f;
    }
    return new Row(id, DenseVector.of(vector), metadata());
  }

  private Metadata metadata() {
    int dice = random.nextInt(24);
    if (dice < 6) {
      return Metadata.ABSENT;
    }
    String text = "{\"v\":" + random.nextInt(1_000_000);
    return Metadata.ofJson(
        dice == 6 ? text + ",\"w\":\"" + "x".repeat(LARGE_BYTES) + "\"}" : text + "}");
  }

  private List<VectorId> ids() {
    int count = 1 + random.nextInt(8);
    return random
        .ints(0, IDS)
        .distinct()
        .limit(count)
        .mapToObj(number -> new VectorId("id" + number))
        .toList();
  }
}
