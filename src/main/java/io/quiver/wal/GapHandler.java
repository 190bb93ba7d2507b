package io.quiver.wal;

import java.io.IOException;

/** Is told where the log is damaged, between the records before and behind that place. */
@FunctionalInterface
public interface GapHandler {
  /** One place; no record between its numbers is handed over. */
  void onGap(Gap gap) throws IOException;
}
