package io.quiver.metadata;

import io.quiver.core.OrdinalSet;
import io.quiver.filter.Bound;
import io.quiver.filter.Condition;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/** What an index knows of the conditions on one field. */
final class FieldSearch {
  /** Above all strings: their tag is the byte before. */
  private static final BytesRef BEHIND_TEXTS =
      new BytesRef(new byte[] {(byte) (FieldTerms.TEXT + 1)});

  private static final byte[] KEY_MIN = new byte[FieldTerms.KEY_BYTES];
  private static final byte[] KEY_MAX = filled((byte) 0xFF);
  private static final byte[] KEY_ONE = one();

  private final RowQueries queries;
  private final String path;
  private final String terms;
  private final int bound;

  FieldSearch(RowQueries queries, String path, int bound) {
    this.queries = queries;
    this.path = path;
    this.terms = FieldTerms.terms(path);
    this.bound = bound;
  }

  FilterBounds of(Condition condition) throws IOException {
    return switch (condition) {
      case Condition.In in -> in(in.values());
      case Condition.Except except -> except(except.values());
      case Condition.Range range -> range(range);
      case Condition.Prefix prefix -> prefix(prefix.text());
      case Condition.OnStrings strings -> strings(strings);
      case Condition.Within within -> within(within.shape());
      case Condition.Exists exists -> FilterBounds.exactly(marked(FieldTerms.REACHED));
      case Condition.IsNull isNull -> FilterBounds.exactly(marked(FieldTerms.NULL));
      case Condition.IsEmpty isEmpty -> FilterBounds.exactly(withValue().not());
      case Condition.ValuesCount count -> FilterBounds.exactly(counted(count));
    };
  }

  private OrdinalSet marked(BytesRef mark) throws IOException {
    return queries.rows(terms, mark);
  }

  /** Rows with an object there. */
  OrdinalSet objects() throws IOException {
    return marked(FieldTerms.OBJECT);
  }

  /** Rows with a value that is no null. */
  private OrdinalSet withValue() throws IOException {
    return marked(FieldTerms.REACHED).and(marked(FieldTerms.EMPTY).not());
  }

  private FilterBounds in(Set<FilterValue> values) throws IOException {
    List<BytesRef> whole = new ArrayList<>();
    List<BytesRef> cut = new ArrayList<>();
    for (FilterValue value : values) {
      BytesRef term = FieldTerms.term(value);
      (term.bytes[term.offset] == FieldTerms.CUT_TEXT ? cut : whole).add(term);
    }
    OrdinalSet sure = oneOf(whole);
    return cut.isEmpty() ? FilterBounds.exactly(sure) : new FilterBounds(sure, sure.or(oneOf(cut)));
  }

  private OrdinalSet oneOf(List<BytesRef> wanted) throws IOException {
    return switch (wanted.size()) {
      case 0 -> FilterBounds.none(bound);
      case 1 -> marked(wanted.getFirst());
      default -> queries.rows(new TermInSetQuery(terms, wanted));
    };
  }

  /** Rows with one value are told by it; of those with more of them only the row tells. */
  private FilterBounds except(Set<FilterValue> values) throws IOException {
    Set<FilterValue> scalars =
        values.stream()
            .filter(value -> !(value instanceof FilterValue.Nothing))
            .collect(Collectors.toSet());
    FilterBounds others = in(scalars).not();
    OrdinalSet single = withValue().and(marked(FieldTerms.MANY).not());
    OrdinalSet scalar = single.and(marked(FieldTerms.OBJECT).not());
    return new FilterBounds(
        others.sure().and(scalar),
        others.possible().and(scalar).or(withValue().and(marked(FieldTerms.MANY))));
  }

  private FilterBounds range(Condition.Range range) throws IOException {
    return switch (range.low().or(range::high).orElseThrow()) {
      case Bound.OfNumber number -> FilterBounds.exactly(queries.rows(numbers(range)));
      case Bound.OfMoment moment -> FilterBounds.exactly(queries.rows(moments(range)));
      case Bound.OfText text -> withCut(queries.rows(texts(range)));
    };
  }

  /** Beside these, of rows with a string that was cut only the row tells. */
  private FilterBounds withCut(OrdinalSet sure) throws IOException {
    OrdinalSet cut = marked(FieldTerms.HAS_CUT);
    return cut.count() == 0 ? FilterBounds.exactly(sure) : new FilterBounds(sure, sure.or(cut));
  }

  private Query numbers(Condition.Range range) {
    byte[] low = KEY_MIN;
    byte[] high = KEY_MAX;
    if (range.low().isPresent()) {
      Bound.OfNumber end = (Bound.OfNumber) range.low().get();
      low = end.inclusive() ? FieldTerms.key(end.value()) : above(FieldTerms.key(end.value()));
    }
    if (range.high().isPresent()) {
      Bound.OfNumber end = (Bound.OfNumber) range.high().get();
      high = end.inclusive() ? FieldTerms.key(end.value()) : below(FieldTerms.key(end.value()));
    }
    return Arrays.compareUnsigned(low, high) > 0
        ? MatchNoDocsQuery.INSTANCE
        : BinaryPoint.newRangeQuery(FieldTerms.numbers(path), low, high);
  }

  private Query moments(Condition.Range range) {
    long low = Long.MIN_VALUE;
    long high = Long.MAX_VALUE;
    if (range.low().isPresent()) {
      Bound.OfMoment end = (Bound.OfMoment) range.low().get();
      low = end.epochMicros() + (end.inclusive() ? 0 : 1); // Years have four digits: no overflow.
    }
    if (range.high().isPresent()) {
      Bound.OfMoment end = (Bound.OfMoment) range.high().get();
      high = end.epochMicros() - (end.inclusive() ? 0 : 1);
    }
    return low > high
        ? MatchNoDocsQuery.INSTANCE
        : LongPoint.newRangeQuery(FieldTerms.moments(path), low, high);
  }

  private Query texts(Condition.Range range) {
    Optional<Bound.OfText> low = range.low().map(Bound.OfText.class::cast);
    Optional<Bound.OfText> high = range.high().map(Bound.OfText.class::cast);
    return new TermRangeQuery(
        terms,
        low.map(end -> text(end.value().value()))
            .orElse(FieldTerms.tagged(FieldTerms.TEXT, new byte[0])),
        high.map(end -> text(end.value().value())).orElse(BEHIND_TEXTS),
        low.map(Bound.OfText::inclusive).orElse(true),
        high.map(Bound.OfText::inclusive).orElse(false));
  }

  /** The term of a string, however long it is. */
  private static BytesRef text(String text) {
    return FieldTerms.tagged(FieldTerms.TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private FilterBounds prefix(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    OrdinalSet whole =
        queries.rows(new PrefixQuery(new Term(terms, FieldTerms.tagged(FieldTerms.TEXT, utf8))));
    boolean isTold = utf8.length <= FieldTerms.TEXT_BYTES_MAX;
    byte[] told = isTold ? utf8 : Arrays.copyOf(utf8, FieldTerms.TEXT_BYTES_MAX);
    OrdinalSet cut =
        queries.rows(
            new PrefixQuery(new Term(terms, FieldTerms.tagged(FieldTerms.CUT_TEXT, told))));
    return isTold ? FilterBounds.exactly(whole.or(cut)) : new FilterBounds(whole, whole.or(cut));
  }

  private FilterBounds strings(Condition.OnStrings condition) throws IOException {
    BytesRef texts = FieldTerms.tagged(FieldTerms.TEXT, new byte[0]);
    return withCut(
        queries.rows(
            terms,
            texts,
            term ->
                condition.test(
                    new String(
                        term.bytes, term.offset + 1, term.length - 1, StandardCharsets.UTF_8))));
  }

  /** A box is told by the degrees; of other shapes only what lies around them. */
  private FilterBounds within(GeoShape shape) throws IOException {
    String places = FieldTerms.places(path);
    return switch (shape) {
      case GeoShape.Box box -> {
        double left = box.topLeft().lon();
        double right = box.bottomRight().lon();
        yield FilterBounds.exactly(
            left <= right
                ? box(places, box, left, right)
                : box(places, box, left, 180).or(box(places, box, -180, right)));
      }
      case GeoShape.Radius radius -> FilterBounds.among(anywhere(places));
      case GeoShape.Polygon polygon -> FilterBounds.among(anywhere(places));
    };
  }

  private OrdinalSet box(String places, GeoShape.Box box, double left, double right)
      throws IOException {
    double[] low = {box.bottomRight().lat(), left};
    double[] high = {box.topLeft().lat(), right};
    return queries.rows(DoublePoint.newRangeQuery(places, low, high));
  }

  private OrdinalSet anywhere(String places) throws IOException {
    return queries.rows(
        DoublePoint.newRangeQuery(places, new double[] {-90, -180}, new double[] {90, 180}));
  }

  /** Nothing counts 0, a row without a count 1. */
  private OrdinalSet counted(Condition.ValuesCount condition) throws IOException {
    BytesRef counts = FieldTerms.tagged(FieldTerms.COUNT, new byte[0]);
    OrdinalSet counted =
        queries.rows(
            terms,
            counts,
            term -> condition.test(NumericUtils.sortableBytesToLong(term.bytes, term.offset + 1)));
    OrdinalSet reached = marked(FieldTerms.REACHED);
    if (condition.test(0)) {
      counted = counted.or(reached.not());
    }
    if (condition.test(1)) {
      counted = counted.or(reached.and(queries.rows(terms, counts, term -> true).not()));
    }
    return counted;
  }

  private static byte[] above(byte[] key) {
    byte[] next = new byte[key.length];
    NumericUtils.add(key.length, 0, key, KEY_ONE, next);
    return next;
  }

  private static byte[] below(byte[] key) {
    byte[] next = new byte[key.length];
    NumericUtils.subtract(key.length, 0, key, KEY_ONE, next);
    return next;
  }

  private static byte[] one() {
    byte[] one = new byte[FieldTerms.KEY_BYTES];
    one[one.length - 1] = 1;
    return one;
  }

  private static byte[] filled(byte value) {
    byte[] key = new byte[FieldTerms.KEY_BYTES];
    Arrays.fill(key, value);
    return key;
  }
}
