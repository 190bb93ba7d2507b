package io.quiver.metadata;

import io.quiver.filter.FieldFacts;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.Moments;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * How the fields of rows stand in an index. Each path has up to four fields: its terms (values, and
 * facts about the row there), and points of its numbers, of its dates and of its places.
 *
 * <p>Terms begin with a byte that says what they are: the constants below. A string of more than
 * {@link #TEXT_BYTES_MAX} bytes is cut: conditions on such a row have to ask the row.
 */
final class FieldTerms {
  /** Longer strings cost more memory than they save reading. */
  static final int TEXT_BYTES_MAX = 128;

  /** Bytes of a {@link #key}. */
  static final int KEY_BYTES = 2 * Long.BYTES;

  /** The path reaches something. */
  static final BytesRef REACHED = new BytesRef("x");

  /** It reaches nothing but nulls and empty arrays. */
  static final BytesRef EMPTY = new BytesRef("e");

  /** It reaches more than one value that is no null, objects counted as one. */
  static final BytesRef MANY = new BytesRef("m");

  static final BytesRef OBJECT = new BytesRef("o");
  static final BytesRef NULL = new BytesRef("0");
  static final BytesRef TRUE = new BytesRef("t");
  static final BytesRef FALSE = new BytesRef("f");

  /** A string there was cut. */
  static final BytesRef HAS_CUT = new BytesRef("l");

  /** In front of a string, of one that was cut, of a number, of a count that is not 1. */
  static final char TEXT = 's';

  static final char CUT_TEXT = 'S';
  static final char NUMBER = 'n';
  static final char COUNT = 'c';

  private FieldTerms() {}

  static String terms(String path) {
    return "t:" + path;
  }

  static String numbers(String path) {
    return "n:" + path;
  }

  static String moments(String path) {
    return "d:" + path;
  }

  static String places(String path) {
    return "g:" + path;
  }

  /** The document of a row with these fields. */
  static Document document(List<FieldFacts> fields) {
    Document document = new Document();
    fields.forEach(field -> add(document, field));
    return document;
  }

  private static void add(Document document, FieldFacts field) {
    String name = terms(field.path());
    put(document, name, REACHED);
    int values = field.isObject() ? 1 : 0;
    boolean isCut = false;
    for (FilterValue value : field.values()) {
      BytesRef term = term(value);
      put(document, name, term);
      values += value instanceof FilterValue.Nothing ? 0 : 1;
      isCut |= term.bytes[term.offset] == CUT_TEXT;
      addPoints(document, field.path(), value);
    }
    for (GeoPoint place : field.places()) {
      document.add(new DoublePoint(places(field.path()), place.lat(), place.lon()));
    }
    mark(document, name, field.isObject(), OBJECT);
    mark(document, name, values == 0, EMPTY);
    mark(document, name, values > 1, MANY);
    mark(document, name, isCut, HAS_CUT);
    mark(document, name, field.count() != 1, count(field.count()));
  }

  private static void addPoints(Document document, String path, FilterValue value) {
    switch (value) {
      case FilterValue.Numeric number -> document.add(new BinaryPoint(numbers(path), key(number)));
      case FilterValue.Text(String text) ->
          Moments.read(text)
              .ifPresent(micros -> document.add(new LongPoint(moments(path), micros)));
      case FilterValue.Truth truth -> {}
      case FilterValue.Nothing nothing -> {}
    }
  }

  private static void mark(Document document, String name, boolean isSo, BytesRef term) {
    if (isSo) {
      put(document, name, term);
    }
  }

  static void put(Document document, String name, BytesRef term) {
    document.add(new StringField(name, term, Field.Store.NO));
  }

  /** The term of a value; rows with a text that was cut have the terms of its beginning. */
  static BytesRef term(FilterValue value) {
    return switch (value) {
      case FilterValue.Text(String text) -> text(text);
      case FilterValue.Numeric number -> tagged(NUMBER, key(number));
      case FilterValue.Truth(boolean truth) -> truth ? TRUE : FALSE;
      case FilterValue.Nothing nothing -> NULL;
    };
  }

  /** Whether a term is a string that was not cut, a number or a boolean. */
  static boolean isScalar(BytesRef term) {
    char tag = (char) term.bytes[term.offset];
    return tag == TEXT || tag == NUMBER || term.equals(TRUE) || term.equals(FALSE);
  }

  /** The value of such a term. */
  static FilterValue scalar(BytesRef term) {
    int from = term.offset + 1;
    return switch ((char) term.bytes[term.offset]) {
      case TEXT ->
          FilterValue.of(new String(term.bytes, from, term.length - 1, StandardCharsets.UTF_8));
      case NUMBER -> number(term.bytes, from);
      default -> FilterValue.of(term.equals(TRUE));
    };
  }

  /** The number of a {@link #key}. */
  private static FilterValue number(byte[] bytes, int from) {
    long whole = NumericUtils.sortableBytesToLong(bytes, from);
    long order = NumericUtils.sortableBytesToLong(bytes, from + Long.BYTES);
    if (order == 0) {
      return FilterValue.of(whole);
    }
    // Of a negative fraction above all integers' beginning the sign was turned.
    boolean isTurned = whole < 0 && order >= 0;
    return new FilterValue.Fraction(
        NumericUtils.sortableLongToDouble(isTurned ? order | Long.MIN_VALUE : order));
  }

  private static BytesRef text(String text) {
    byte[] utf8 = utf8(text);
    return utf8.length <= TEXT_BYTES_MAX
        ? tagged(TEXT, utf8)
        : tagged(CUT_TEXT, Arrays.copyOf(utf8, TEXT_BYTES_MAX));
  }

  /** UTF-8 of what it can say; half a surrogate pair becomes a question mark. */
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the terms tell the text from others. */
  static boolean isSayable(String text) {
    return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
        || new String(utf8(text), StandardCharsets.UTF_8).equals(text);
  }

  static BytesRef count(long count) {
    byte[] bytes = new byte[Long.BYTES];
    NumericUtils.longToSortableBytes(count, bytes, 0);
    return tagged(COUNT, bytes);
  }

  static BytesRef tagged(char tag, byte[] rest) {
    byte[] term = new byte[1 + rest.length];
    term[0] = (byte) tag;
    System.arraycopy(rest, 0, term, 1, rest.length);
    return new BytesRef(term);
  }

  /**
   * Bytes in the order of numbers, whatever each is held in: the integer at or below, then the
   * number itself, which is larger than the integer's own zero unless it lies below all integers.
   */
  static byte[] key(FilterValue.Numeric number) {
    byte[] key = new byte[KEY_BYTES];
    switch (number) {
      case FilterValue.Whole(long whole) -> {
        NumericUtils.longToSortableBytes(whole, key, 0);
        NumericUtils.longToSortableBytes(0, key, Long.BYTES);
      }
      case FilterValue.Fraction(double fraction) -> {
        NumericUtils.longToSortableBytes((long) Math.floor(fraction), key, 0);
        long order = NumericUtils.doubleToSortableLong(fraction);
        NumericUtils.longToSortableBytes(order, key, Long.BYTES);
        if (fraction >= -0x1p63) {
          key[Long.BYTES] |= (byte) 0x80;
        }
      }
    }
    return key;
  }
}
