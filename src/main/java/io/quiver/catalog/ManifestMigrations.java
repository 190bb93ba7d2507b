package io.quiver.catalog;

import java.util.List;

/** The way from every version of the manifest that was ever released to the one that is written. */
final class ManifestMigrations {
  private static final String VERSION_FIELD = "format_version";

  /** In order, and none left out: the step at index {@code i} reads version {@code i + 1}. */
  static final List<ManifestStep> STEPS = List.of(new OwnerStep());

  /** What is written. */
  static final int VERSION = STEPS.size() + 1;

  private ManifestMigrations() {}

  /**
   * Brings what was read to the present version.
   *
   * @throws IllegalArgumentException if it is of a version that this Quiver does not know, or not
   *     what its version has
   */
  static void run(ManifestFields fields) {
    long version = fields.number(VERSION_FIELD);
    if (version < 1 || version > VERSION) {
      throw new IllegalArgumentException(
          "format_version: want=1 to %d got=%d".formatted(VERSION, version));
    }
    for (ManifestStep step : STEPS.subList((int) version - 1, STEPS.size())) {
      step.run(fields);
      fields.whole().put(VERSION_FIELD, step.from() + 1L);
    }
  }
}
