package io.quiver.cli;

import picocli.CommandLine.Option;

/** {@code --url}, for every command that talks to a running server. */
final class ServerOption {
  static final String URL_DEFAULT = "http://127.0.0.1:8080";

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = URL_DEFAULT,
      description = "The server's REST address (default ${DEFAULT-VALUE}).")
  private String url;

  RestApi connect() {
    return new RestApi(url);
  }

  String url() {
    return url;
  }
}
