package io.quiver.catalog;

/**
 * Makes of a manifest of one version one of the next. A step is never changed once a version of
 * Quiver that has it was released: the files that it reads are out there, and one of each version
 * is kept as a fixture.
 */
sealed interface ManifestStep permits OwnerStep {
  /** The version that it reads; what it leaves is of the next. */
  int from();

  /**
   * Changes the fields, but for their version.
   *
   * @throws IllegalArgumentException if they are not those of a manifest of its version
   */
  void run(ManifestFields fields);
}
