package io.quiver.sim;

import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.message.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A seeded random history: the same seed always gives the same steps. */
final class History {
  /** One thing a client or the machine does. */
  sealed interface Step {
    record Create(String name, Metric metric, int dimension, int shards) implements Step {}

    record Drop(String name) implements Step {}

    record Put(String name, List<Row> rows, Durability durability) implements Step {}

    record Delete(String name, List<VectorId> ids, Durability durability) implements Step {}

    /** Index, repair, compact, checkpoint, shorten the log. */
    record Maintain() implements Step {}

    /** A clean stop and start. */
    record Restart() implements Step {}
  }

  private static final int DIMENSION = 3;
  private static final int IDS = 24;

  private final SplittableRandom random;
  private final boolean mixedDurability;

  private History(long seed, boolean mixedDurability) {
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
      return put();
    } else if (dice < 72) {
      return new Step.Delete(name(), ids(), durability());
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
    Metric[] metrics = Metric.values();
    return new Step.Create(
        name(), metrics[random.nextInt(metrics.length)], DIMENSION, 1 + random.nextInt(2));
  }

  private String name() {
    return "c" + random.nextInt(2);
  }

  private Durability durability() {
    return mixedDurability && random.nextBoolean() ? Durability.OS : Durability.FSYNC;
  }

  private Step put() {
    List<Row> rows = new ArrayList<>();
    for (VectorId id : ids()) {
      float[] vector = new float[DIMENSION];
      for (int i = 0; i < DIMENSION; i++) {
        vector[i] = (float) (random.nextDouble() * 2 - 1) + 0.01f;
      }
      Metadata metadata =
          random.nextInt(4) == 0
              ? Metadata.ABSENT
              : Metadata.ofJson("{\"v\":" + random.nextInt(1_000_000) + "}");
      rows.add(new Row(id, DenseVector.of(vector), metadata));
    }
    return new Step.Put(name(), rows, durability());
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
