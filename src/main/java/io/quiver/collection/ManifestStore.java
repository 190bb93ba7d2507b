package io.quiver.collection;

import java.io.IOException;

/** Where a collection keeps its manifest. */
public interface ManifestStore {
  /** Replaces the manifest; durable when it returns. */
  void save(Manifest manifest) throws IOException;

  /**
   * What is there.
   *
   * @throws io.quiver.disk.DamagedFileException if it is not what was saved
   */
  Manifest load() throws IOException;
}
