package io.quiver.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quiver.core.ErrorCode;
import io.quiver.core.QuiverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A YAML file of {@code key: value} lines. The file of a d-vecDB server is read as it is: its keys
 * that mean nothing here are answered with a warning each.
 */
final class ConfigFile {
  private static final long FILE_BYTES_MAX = 1 << 20;

  /** d-vecDB's key that switched its log on; {@code false} here is {@code log_level: off}. */
  private static final String ENABLE_LOGGING = "enable_logging";

  /** d-vecDB's other keys, and why setting them changes nothing here. */
  private static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "request_timeout", "a search is bounded by its own deadline_ms",
          "enable_cors", "no CORS header is ever sent");

  private final Path path;
  private final List<Setting> settings = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  /** Where {@code enable_logging: false} stands; it beats {@code log_level}, as it did there. */
  private Optional<String> silenced = Optional.empty();

  private ConfigFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the whole file.
   *
   * @throws QuiverException INVALID_ARGUMENT naming file and line
   */
  static ConfigFile read(Path path) {
    ConfigFile file = new ConfigFile(path);
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw file.wrong(1, "expected at most " + FILE_BYTES_MAX + " bytes");
      }
      try (JsonParser yaml = new YAMLFactory().createParser(Files.readString(path))) {
        file.readMapping(yaml);
      }
      file.silenced.ifPresent(file::silence);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw file.wrong(line, "no YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (NoSuchFileException e) {
      throw QuiverException.invalid(Flags.CONFIG, "a file", path + " (there is none)");
    } catch (IOException e) {
      throw QuiverException.invalid(Flags.CONFIG, "a readable file", path + " (" + e + ")");
    }
    return file;
  }

  List<Setting> settings() {
    return List.copyOf(settings);
  }

  /** One line for each key that was accepted and changes nothing. */
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void readMapping(JsonParser yaml) throws IOException {
    JsonToken first = yaml.nextToken();
    if (first == null) {
      return; // an empty file, or nothing but comments
    }
    if (first != JsonToken.START_OBJECT) {
      throw wrong(line(yaml), "expected lines of the form key: value");
    }
    while (yaml.nextToken() == JsonToken.FIELD_NAME) {
      int line = line(yaml);
      String key = yaml.currentName();
      JsonToken value = yaml.nextToken();
      if (!value.isScalarValue()) {
        throw wrong(line, key + ": expected one value, got a list or a mapping");
      }
      if (!seen.add(key)) {
        throw wrong(line, key + " is given twice");
      }
      accept(key, value == JsonToken.VALUE_NULL ? "" : yaml.getText(), line);
    }
  }

  private void accept(String key, String value, int line) {
    Optional<Key> known = Key.find(key);
    String place = path + ":" + line;
    if (known.isPresent()) {
      settings.add(Setting.of(known.get(), value, Setting.Source.FILE, place));
    } else if (key.equals(ENABLE_LOGGING)) {
      acceptEnableLogging(value, place);
    } else if (WITHOUT_EFFECT.containsKey(key)) {
      warnings.add(place + ": " + key + " has no effect: " + WITHOUT_EFFECT.get(key));
    } else {
      List<String> all =
          Stream.concat(
                  Key.all().stream(),
                  Stream.concat(
                      WITHOUT_EFFECT.keySet().stream().sorted(), Stream.of(ENABLE_LOGGING)))
              .toList();
      throw wrong(line, "unknown key " + key + Nearest.hint(key, all));
    }
  }

  private void acceptEnableLogging(String value, String place) {
    boolean enabled =
        Boolean.parseBoolean(Kind.SWITCH.canonical(ENABLE_LOGGING + " (" + place + ")", value));
    if (!enabled) {
      silenced = Optional.of(place);
    }
  }

  private void silence(String place) {
    settings.removeIf(setting -> setting.key() == Key.LOG_LEVEL);
    settings.add(Setting.of(Key.LOG_LEVEL, "off", Setting.Source.FILE, place));
  }

  private static int line(JsonParser yaml) {
    return yaml.currentTokenLocation().getLineNr();
  }

  private QuiverException wrong(int line, String what) {
    return new QuiverException(
        ErrorCode.INVALID_ARGUMENT, path + ":" + line + ": " + what, Map.of("field", Flags.CONFIG));
  }
}
