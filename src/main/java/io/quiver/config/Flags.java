package io.quiver.config;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of {@code serve} as they were given.
 *
 * @param values each key that was named; a switch that stood alone is {@code true}
 * @param file what {@code --config} named
 */
public record Flags(Map<Key, String> values, Optional<String> file) {
  public static final Flags NONE = new Flags(Map.of(), Optional.empty());
  public static final String CONFIG = "--config";

  private static final Map<String, Key> BY_FLAG = byFlag();

  public Flags {
    values = Map.copyOf(values);
  }

  /**
   * Reads {@code --flag value}, {@code --flag=value} and {@code --switch} without loading the full
   * command-line parser: a server that starts should not wait for help texts nobody reads.
   *
   * @return empty if there is anything else, which the full parser then explains
   */
  public static Optional<Flags> plain(List<String> arguments) {
    Map<Key, String> values = new EnumMap<>(Key.class);
    Optional<String> file = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      Key key = BY_FLAG.get(flag);
      boolean isFile = flag.equals(CONFIG);
      if (key == null && !isFile) {
        return Optional.empty();
      }
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (key != null && key.isSwitch()) {
        value = "true";
      } else if (++i < arguments.size() && !arguments.get(i).startsWith("-")) {
        value = arguments.get(i);
      } else {
        return Optional.empty();
      }
      if (isFile ? file.isPresent() : values.put(key, value) != null) {
        return Optional.empty(); // given twice
      }
      file = isFile ? Optional.of(value) : file;
    }
    return Optional.of(new Flags(values, file));
  }

  private static Map<String, Key> byFlag() {
    Map<String, Key> keys = new HashMap<>();
    for (Key key : Key.values()) {
      keys.put(key.flag(), key);
    }
    return Map.copyOf(keys);
  }
}
