package io.quiver.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.DenseVector;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.disk.OsDisk;
import io.quiver.message.Row;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The id table against a map, through growth, removal and a trip through ids.bin. */
class IdTableTest {
  private static final UUID COLLECTION = new UUID(1, 2);

  @TempDir Path folder;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void itAnswersLikeAMap(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    OsDisk disk = new OsDisk();
    try (Arena arena = Arena.ofShared()) {
      RowStore rows = RowStore.create(disk, folder, COLLECTION, 1, Metric.EUCLIDEAN, arena);
      IdTable table = IdTable.empty();
      Map<String, Integer> map = new HashMap<>();
      Tombstones dead = Tombstones.NONE;
      RowVersions versions = RowVersions.none();
      Map<Integer, Long> versionOf = new HashMap<>();
      for (int step = 0; step < 5_000; step++) {
        VectorId id = new VectorId("é" + random.nextInt(800));
        if (random.nextInt(3) == 0) {
          Integer before = map.remove(id.value());
          assertThat(table.remove(id, rows)).isEqualTo(before == null ? IdTable.ABSENT : before);
          dead = before == null ? dead : dead.with(new int[] {before}, 1);
        } else {
          int ordinal = rows.stage(List.of(new Row(id, DenseVector.of(step), Metadata.ABSENT)));
          Integer before = map.put(id.value(), ordinal);
          versions.add(ordinal, 9 + step / 7);
          versionOf.put(ordinal, 9L + step / 7);
          assertThat(table.put(id, ordinal, rows))
              .isEqualTo(before == null ? IdTable.ABSENT : before);
          dead = before == null ? dead : dead.with(new int[] {before}, 1);
        }
        assertThat(table.size()).isEqualTo(map.size());
        if (step % 50 == 0) {
          assertThat(walked(table, random.nextInt(1, 40)))
              .containsExactlyInAnyOrderElementsOf(map.values());
        }
      }
      Path file = folder.resolve("ids.bin");
      int count = rows.stagedCount();
      IdsFile.write(disk, file, COLLECTION, IdsFile.Snapshot.of(77, count, table, dead, versions));
      IdsFile read = IdsFile.read(disk, file, COLLECTION, arena);
      assertThat(read.lsn()).isEqualTo(77);
      assertThat(read.count()).isEqualTo(count);
      assertThat(read.tombstones().count()).isEqualTo(count - map.size());
      versionOf.forEach((ordinal, version) -> {
        assertThat(versions.of(ordinal)).isEqualTo(version);
        assertThat(read.versions().of(ordinal)).isEqualTo(version);
      });
      assertThat(read.versions().last()).isEqualTo(versions.last());
      for (int number = 0; number < 800; number++) {
        VectorId id = new VectorId("é" + number);
        int want = map.getOrDefault(id.value(), IdTable.ABSENT);
        assertThat(table.find(id, rows)).isEqualTo(want);
        assertThat(read.table().find(id, rows)).isEqualTo(want);
        assertThat(want != IdTable.ABSENT && read.tombstones().contains(want)).isFalse();
      }
      rows.close();
    }
  }

  /** All ordinals of a table by its pages, each of which begins behind the last place before. */
  private static List<Integer> walked(IdTable table, int pageMin) {
    List<Integer> ordinals = new ArrayList<>();
    long next = 0;
    while (next <= 0xFFFF_FFFFL) {
      long last = -1;
      long[] slots = table.slotsFrom((int) next, pageMin);
      for (long slot : slots) {
        assertThat(Integer.toUnsignedLong(IdTable.placeOf(slot))).isGreaterThanOrEqualTo(next);
        ordinals.add(IdTable.ordinalOf(slot));
        last = Math.max(last, Integer.toUnsignedLong(IdTable.placeOf(slot)));
      }
      next = slots.length < pageMin ? Long.MAX_VALUE : last + 1;
    }
    return ordinals;
  }
}
