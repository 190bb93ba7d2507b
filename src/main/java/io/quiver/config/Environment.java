package io.quiver.config;

import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The {@code QUIVER_*} variables. */
final class Environment {
  static final String PREFIX = "QUIVER_";
  static final String CONFIG_FILE = PREFIX + "CONFIG";

  /** Read by the launcher script and by test programs, not by the server. */
  private static final Set<String> FOREIGN =
      Set.of(
          "QUIVER_JAVA_HOME",
          "QUIVER_JAVA_OPTS",
          "QUIVER_NO_BUILD",
          "QUIVER_DATA",
          "QUIVER_PROJECT");

  /** What Kubernetes sets in every pod beside a Service that is called quiver. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("QUIVER_SERVICE_(HOST|PORT(_.*)?)|QUIVER_PORT(_\\d+_(TCP|UDP).*)?");

  private Environment() {}

  /**
   * The settings among the variables.
   *
   * @throws QuiverException INVALID_ARGUMENT for a {@code QUIVER_*} variable that nobody reads
   */
  static List<Setting> settings(Map<String, String> variables) {
    List<Setting> settings = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach((name, value) -> {
          if (name.startsWith(PREFIX) && !isForeign(name)) {
            settings.add(setting(name, value));
          }
        });
    return settings;
  }

  private static boolean isForeign(String name) {
    return name.equals(CONFIG_FILE)
        || FOREIGN.contains(name)
        || SERVICE_LINK.matcher(name).matches();
  }

  private static Setting setting(String name, String value) {
    Optional<Key> key =
        Arrays.stream(Key.values()).filter(known -> known.variable().equals(name)).findFirst();
    if (key.isEmpty()) {
      List<String> known = Arrays.stream(Key.values()).map(Key::variable).toList();
      throw new QuiverException(
          ErrorCode.INVALID_ARGUMENT,
          "unknown environment variable " + name + Nearest.hint(name, known),
          Map.of("field", name));
    }
    return Setting.of(key.get(), value, Setting.Source.ENVIRONMENT, name);
  }
}
