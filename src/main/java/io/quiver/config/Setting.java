package io.quiver.config;

/**
 * The value of one key.
 *
 * @param value as {@link Kind} writes it
 * @param source the kind of place that decided it
 * @param place where exactly: {@code --rest-port}, {@code QUIVER_REST_PORT}, {@code quiver.yaml:3},
 *     {@code default}
 */
public record Setting(Key key, String value, Source source, String place) {
  /** The places a value can come from; a later one wins. */
  public enum Source {
    DEFAULT,
    FILE,
    ENVIRONMENT,
    FLAG
  }

  /**
   * Checks the text.
   *
   * @throws io.quiver.core.QuiverException INVALID_ARGUMENT naming the key, the place, what was
   *     expected and what came
   */
  static Setting of(Key key, String text, Source source, String place) {
    String field = source == Source.DEFAULT ? key.key() : key.key() + " (" + place + ")";
    return new Setting(key, key.kind().canonical(field, text), source, place);
  }

  /** The value, or stars when it is a secret. */
  public String shown() {
    return masked(key.key(), value);
  }

  static String masked(String key, String value) {
    return Key.isSecret(key) && !value.isEmpty() ? "********" : value;
  }
}
