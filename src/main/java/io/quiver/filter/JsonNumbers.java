package io.quiver.filter;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;

/** Numbers of JSON as numbers of a filter. */
final class JsonNumbers {
  /** Longer ones are read as doubles at once: a decimal of a megabyte is nobody's integer. */
  private static final int EXACT_CHARS_MAX = 1_000;

  private JsonNumbers() {}

  /** The number at which the parser stands. */
  static FilterValue.Numeric read(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 18) {
      return FilterValue.of(parser.getLongValue());
    }
    String text = parser.getText();
    return text.length() <= EXACT_CHARS_MAX ? of(text) : FilterValue.of(Double.parseDouble(text));
  }

  /** The number that a text of JSON's syntax is. */
  static FilterValue.Numeric of(String text) {
    try {
      return FilterValue.of(new BigDecimal(text));
    } catch (ArithmeticException | NumberFormatException exponentTooLarge) {
      return FilterValue.of(Double.parseDouble(text));
    }
  }
}
