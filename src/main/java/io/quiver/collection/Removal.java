package io.quiver.collection;

import java.io.IOException;

/** How a collection's folder leaves its place. */
@FunctionalInterface
public interface Removal {
  void run() throws IOException;
}
