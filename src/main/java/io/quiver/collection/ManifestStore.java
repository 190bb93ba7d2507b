package io.quiver.collection;

import java.io.IOException;

/** Where a collection keeps its manifest. */
@FunctionalInterface
public interface ManifestStore {
  /** Replaces the manifest; durable when it returns. */
  void save(Manifest manifest) throws IOException;
}
