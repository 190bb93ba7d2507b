package io.quiver.cli;

import io.quiver.config.Flags;
import io.quiver.config.Key;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The flags of {@code serve} and {@code config}, made from {@link Key}. */
final class SettingsOptions {
  static final String FOOTER =
      """

      Each flag is also an environment variable (QUIVER_REST_PORT) and a line of the YAML file
      (rest_port: 8080). A flag beats the environment, which beats the file (--config FILE or
      QUIVER_CONFIG), which beats the default. An unknown key is an error.
      """;

  private SettingsOptions() {}

  static void addTo(CommandSpec spec) {
    spec.usageMessage().sortOptions(false);
    for (Key key : Key.values()) {
      spec.addOption(
          OptionSpec.builder(key.flag())
              .type(String.class)
              .arity(key.isSwitch() ? "0" : "1")
              .paramLabel(key.key().replaceAll(".*_", "").toUpperCase(Locale.ROOT))
              .description(description(key))
              .build());
    }
    spec.addOption(
        OptionSpec.builder(Flags.CONFIG)
            .type(String.class)
            .paramLabel("FILE")
            .description("YAML file with these settings.")
            .build());
  }

  static Flags read(ParseResult parsed) {
    Map<Key, String> values = new EnumMap<>(Key.class);
    for (Key key : Key.values()) {
      if (parsed.hasMatchedOption(key.flag())) {
        values.put(
            key, key.isSwitch() ? "true" : parsed.<String>matchedOptionValue(key.flag(), ""));
      }
    }
    boolean hasFile = parsed.hasMatchedOption(Flags.CONFIG);
    return new Flags(
        values,
        hasFile ? Optional.of(parsed.matchedOptionValue(Flags.CONFIG, "")) : Optional.empty());
  }

  private static String description(Key key) {
    String text = key.description();
    String sentence = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    return key.isSwitch() ? sentence + "." : sentence + " (default " + key.defaultValue() + ").";
  }
}
