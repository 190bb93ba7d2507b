package io.quiver.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * {@code --url}, for every command that talks to a running server, and the words that {@code
 * vectordb-cli} has for it.
 */
final class ServerOption {
  static final String URL_DEFAULT = "http://127.0.0.1:8080";

  @Option(
      names = {"-e", "--endpoint", "--url"},
      paramLabel = "URL",
      defaultValue = URL_DEFAULT,
      description = "The server's REST address (default ${DEFAULT-VALUE}).")
  private String url;

  @Option(
      names = {"-p", "--protocol"},
      paramLabel = "rest",
      defaultValue = "rest",
      description = "Only rest is spoken here; vectordb-cli had grpc too.")
  private String protocol;

  @Option(
      names = {"-t", "--timeout"},
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long to wait for an answer (default ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  RestApi connect() {
    if (!protocol.equalsIgnoreCase("rest")) {
      throw new CommandException(
          "--protocol: expected rest, got "
              + protocol
              + "; give the server's REST address, e.g. -e "
              + URL_DEFAULT
              + " -p rest");
    }
    if (timeoutSeconds < 1) {
      throw new CommandException("--timeout: expected at least 1, got " + timeoutSeconds);
    }
    return new RestApi(url(), Duration.ofSeconds(timeoutSeconds));
  }

  /** With its scheme, which may be left out. */
  String url() {
    return url.contains("://") ? url : "http://" + url;
  }
}
