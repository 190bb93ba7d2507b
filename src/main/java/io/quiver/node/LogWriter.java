package io.quiver.node;

import io.quiver.catalog.Database;
import io.quiver.message.Command;
import java.util.UUID;

/**
 * What the log verticle writes to; the two log methods of {@link Database}, one thread at a time.
 */
interface LogWriter {
  static LogWriter of(Database database) {
    return new LogWriter() {
      @Override
      public long append(UUID collection, Command command) {
        return database.append(collection, command);
      }

      @Override
      public void sync(boolean force) {
        database.sync(force);
      }
    };
  }

  /** See {@link Database#append}. */
  long append(UUID collection, Command command);

  /** See {@link Database#sync}. */
  void sync(boolean force);
}
