package io.quiver.migrate;

import java.util.ArrayList;
import java.util.List;

/** Counts rows that are left out and keeps the first few problems. Belongs to one thread. */
final class LeftOut {
  private final List<String> problems = new ArrayList<>();
  private long count;

  void add(MalformedFileException problem) {
    count++;
    if (problems.size() < LibraryRows.PROBLEMS_MAX) {
      problems.add(problem.getMessage());
    }
  }

  /** More rows, of which one message tells. */
  void add(long rows, String problem) {
    count += rows;
    if (problems.size() < LibraryRows.PROBLEMS_MAX) {
      problems.add(problem);
    }
  }

  long count() {
    return count;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }
}
