package io.quiver.front.rest;

import java.util.HashSet;
import java.util.Set;

/** The keys of one object so far: a few in a list, many in a hash set. */
final class KeySet {
  private static final int LISTED_MAX = 16;

  private final String[] listed = new String[LISTED_MAX];
  private final Set<String> hashed = new HashSet<>();
  private int count;

  void clear() {
    count = 0;
    if (!hashed.isEmpty()) {
      hashed.clear();
    }
  }

  /** Returns false if the key was there. */
  boolean add(String key) {
    for (int i = 0; i < Math.min(count, LISTED_MAX); i++) {
      if (listed[i].equals(key)) {
        return false;
      }
    }
    if (count < LISTED_MAX) {
      listed[count] = key;
    } else if (!hashed.add(key)) {
      return false;
    }
    count++;
    return true;
  }
}
