package io.quiver.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.quiver.Main;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The wall clock may jump: nobody measures a time, waits or orders by it. It is read only to tell
 * people what time it is, and each place that does stands here. Everything else uses {@code
 * System.nanoTime()}.
 */
class ClockTest {
  /** Who reads the wall clock, and why a jump does no harm. */
  private static final Map<String, String> READERS =
      Map.of(
          "catalog.Surroundings",
              "created_at and updated_at of a manifest, which nobody compares; since when a deleted"
                  + " collection or a snapshot is kept: a clock that jumps ahead ends that early",
          "core.VectorId", "the first bits of a UUID; 74 random ones make it unique",
          "disk.WatchedDisk", "since when the disk refuses writes, in health and log",
          "front.rest.NodeEndpoints", "the timestamp in replies of the probes",
          "ops.OpsVerticle", "the timestamp in replies of the probes",
          "cli.BenchCommand", "the name of a collection that lives as long as the command");

  private static final Set<String> WALL_CLOCKS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.util.Date.<init>",
          "java.util.Calendar.getInstance",
          "java.lang.management.RuntimeMXBean.getStartTime");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void onlyTheseReadTheWallClock() {
    Set<String> readers =
        CLASSES.stream()
            .filter(ClockTest::readsWallClock)
            .map(each -> each.getName().replaceAll("^io\\.quiver\\.|\\$.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(readers).isEqualTo(new TreeSet<>(READERS.keySet()));
  }

  private static boolean readsWallClock(JavaClass type) {
    return Stream.<Stream<? extends CodeUnitAccessTarget>>of(
            type.getMethodCallsFromSelf().stream().map(call -> call.getTarget()),
            type.getMethodReferencesFromSelf().stream().map(call -> call.getTarget()),
            type.getConstructorCallsFromSelf().stream().map(call -> call.getTarget()))
        .flatMap(each -> each)
        .anyMatch(ClockTest::isWallClock);
  }

  private static boolean isWallClock(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    return WALL_CLOCKS.contains(owner + "." + target.getName())
        || (owner.startsWith("java.time.")
            && (target.getName().equals("now") || target.getName().startsWith("system")));
  }
}
