package io.quiver.cli;

import io.quiver.config.Flags;
import io.quiver.config.Key;
import io.quiver.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A server as {@code serve} starts it, in this process, on whatever ports are free. */
final class FreePorts {
  private FreePorts() {}

  /** The caller stops it. */
  static Server serve(Path data) {
    Map<Key, String> values =
        Map.of(
            Key.DATA_DIR, data.toString(),
            Key.REST_PORT, "0",
            Key.GRPC_PORT, "0",
            Key.METRICS_PORT, "0");
    return Server.start(Settings.resolve(new Flags(values, Optional.empty()), Map.of()));
  }
}
