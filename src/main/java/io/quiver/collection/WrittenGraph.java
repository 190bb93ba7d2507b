package io.quiver.collection;

/** What a checkpoint's manifest says of the graph that it wrote. */
record WrittenGraph(int indexed, int nodes) {
  static final WrittenGraph NOTHING = new WrittenGraph(0, 0);
}
