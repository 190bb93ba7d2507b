package io.quiver.cli;

import io.quiver.config.Key;
import io.quiver.config.Settings;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;

/** Why a server did not start, in one line that says what to do. */
final class StartProblem {
  private StartProblem() {}

  static String describe(Throwable failure, Settings settings) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof QuiverException known) {
        return known.getMessage();
      }
      deepest = cause;
    }
    if (deepest instanceof IOException refused) {
      return portInUse(settings).orElseGet(() -> text(refused));
    }
    return deepest.toString();
  }

  /** Some errors of files say nothing but the file: their class is the message. */
  private static String text(IOException refused) {
    return switch (refused) {
      case NotDirectoryException file -> file.getFile() + " is below something that is no folder";
      case AccessDeniedException file -> "this user may not use " + file.getFile();
      case NoSuchFileException file -> "there is no " + file.getFile();
      default -> String.valueOf(refused.getMessage());
    };
  }

  /** The network library does not say which port it could not have: asks for each of them. */
  private static Optional<String> portInUse(Settings settings) {
    String host = settings.text(Key.HOST);
    for (Key key : List.of(Key.REST_PORT, Key.GRPC_PORT, Key.METRICS_PORT)) {
      int port = settings.integer(key);
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true); // as servers do: a port that only waits out is free
        socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
      } catch (IOException e) {
        return Optional.of(
            "cannot listen on %s:%d: %s (%s chooses another port)"
                .formatted(host, port, e.getMessage(), key.flag()));
      }
    }
    return Optional.empty();
  }
}
