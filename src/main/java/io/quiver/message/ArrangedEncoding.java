package io.quiver.message;

import io.quiver.core.VectorId;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoPoint;
import io.quiver.message.Boost.Origin;
import java.util.Optional;

/** The encoding of requests whose answer is arranged by metadata, and of their replies. */
final class ArrangedEncoding {
  static final int FIRST = 120;
  static final int LAST = 127;

  private static final int COUNT_FACETS = FIRST;
  private static final int FACETS = FIRST + 1;
  private static final int SEARCH_GROUPS = FIRST + 2;
  private static final int GROUPED_HITS = FIRST + 3;
  private static final int ORDER_ROWS = FIRST + 4;
  private static final int ORDERED_ROWS = FIRST + 5;
  private static final int SEARCH_RERANKED = FIRST + 6;
  private static final int RERANKED_HITS = FIRST + 7;

  private static final int ORIGIN_NUMBER = 1;
  private static final int ORIGIN_MOMENT = 2;
  private static final int ORIGIN_PLACE = 3;

  /** A value and a count. */
  private static final int FACET_BYTES_MIN = 1 + Long.BYTES;

  /** A value and no hits. */
  private static final int GROUP_BYTES_MIN = 2;

  /** A path, a shape, an origin, three doubles and a weight. */
  private static final int BOOST_BYTES_MIN = 1 + 1 + 1 + Long.BYTES * 4 + Float.BYTES;

  private ArrangedEncoding() {}

  static void put(ArrangedRequest request, BinaryWriter out) {
    switch (request) {
      case CountFacets count -> {
        out.putByte(COUNT_FACETS);
        Parts.putName(out, count.collection());
        FilterEncoding.putPath(count.field(), out);
        out.putVarint(count.limit());
        out.putLong(count.deadlineMillis());
      }
      case SearchGroups groups -> {
        out.putByte(SEARCH_GROUPS);
        RequestEncoding.putSearchParts(out, groups.search());
        FilterEncoding.putPath(groups.groupBy(), out);
        out.putVarint(groups.groupSize());
      }
      case OrderRows order -> {
        out.putByte(ORDER_ROWS);
        Parts.putName(out, order.collection());
        FilterEncoding.putPath(order.field(), out);
        out.putBoolean(order.descending());
        putCursor(order.after(), out);
        out.putVarint(order.limit());
        out.putBoolean(order.withVectors());
        out.putBoolean(order.withMetadata());
      }
      case SearchReranked search -> {
        out.putByte(SEARCH_RERANKED);
        RequestEncoding.putSearchParts(out, search.search());
        out.putVarint(search.reranking().candidates());
        out.putList(search.reranking().boosts(), ArrangedEncoding::putBoost);
        out.putFloat(search.reranking().diversity());
      }
    }
  }

  static void put(ArrangedReply reply, BinaryWriter out) {
    switch (reply) {
      case Facets facets -> {
        out.putByte(FACETS);
        out.putList(
            facets.values(),
            (to, facet) -> {
              ConditionEncoding.putValue(facet.value(), to);
              to.putLong(facet.count());
            });
        out.putLong(facets.distinct());
      }
      case GroupedHits grouped -> {
        out.putByte(GROUPED_HITS);
        out.putList(
            grouped.groups(),
            (to, group) -> {
              ConditionEncoding.putValue(group.value(), to);
              to.putList(group.hits(), ReplyEncoding::putHit);
            });
      }
      case OrderedRows ordered -> {
        out.putByte(ORDERED_ROWS);
        out.putList(ordered.rows(), Parts::putRow);
        putCursor(ordered.next(), out);
      }
      case RerankedHits found -> {
        out.putByte(RERANKED_HITS);
        out.putList(
            found.hits(),
            (to, scored) -> {
              ReplyEncoding.putHit(to, scored.hit());
              to.putFloat(scored.score());
            });
      }
    }
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case COUNT_FACETS ->
          new CountFacets(
              Parts.getName(in),
              FilterEncoding.getPath(in),
              in.getVarint(),
              in.getLong(),
              Filter.ALL);
      case FACETS ->
          new Facets(
              in.getList(
                  FACET_BYTES_MIN,
                  from -> new Facets.Facet(ConditionEncoding.getValue(from), from.getLong())),
              in.getLong());
      case SEARCH_GROUPS ->
          new SearchGroups(
              RequestEncoding.getSearch(in), FilterEncoding.getPath(in), in.getVarint());
      case GROUPED_HITS ->
          new GroupedHits(
              in.getList(
                  GROUP_BYTES_MIN,
                  from ->
                      new GroupedHits.Group(
                          ConditionEncoding.getValue(from),
                          from.getList(ReplyEncoding.HIT_BYTES_MIN, ReplyEncoding::getHit))));
      case ORDER_ROWS ->
          new OrderRows(
              Parts.getName(in),
              FilterEncoding.getPath(in),
              in.getBoolean(),
              getOptionalCursor(in),
              in.getVarint(),
              in.getBoolean(),
              in.getBoolean(),
              Filter.ALL);
      case ORDERED_ROWS ->
          new OrderedRows(in.getList(Parts.ROW_BYTES_MIN, Parts::getRow), getOptionalCursor(in));
      case SEARCH_RERANKED ->
          new SearchReranked(
              RequestEncoding.getSearch(in),
              new Reranking(
                  in.getVarint(),
                  in.getList(BOOST_BYTES_MIN, ArrangedEncoding::getBoost),
                  in.getFloat()));
      case RERANKED_HITS ->
          new RerankedHits(
              in.getList(
                  ReplyEncoding.HIT_BYTES_MIN + Float.BYTES,
                  from -> new RerankedHits.Scored(ReplyEncoding.getHit(from), from.getFloat())));
      default -> throw in.invalid("the tag of a message", tag);
    };
  }

  static void putCursor(OrderCursor cursor, BinaryWriter out) {
    out.putBoolean(cursor.value().isPresent());
    cursor.value().ifPresent(value -> ConditionEncoding.putValue(value, out));
    Parts.putId(out, cursor.id());
  }

  static OrderCursor getCursor(BinaryReader in) {
    Optional<FilterValue> value =
        in.getBoolean() ? Optional.of(ConditionEncoding.getValue(in)) : Optional.empty();
    VectorId id = Parts.getId(in);
    return new OrderCursor(value, id);
  }

  private static void putCursor(Optional<OrderCursor> cursor, BinaryWriter out) {
    out.putBoolean(cursor.isPresent());
    cursor.ifPresent(place -> putCursor(place, out));
  }

  private static Optional<OrderCursor> getOptionalCursor(BinaryReader in) {
    return in.getBoolean() ? Optional.of(getCursor(in)) : Optional.empty();
  }

  private static void putBoost(BinaryWriter out, Boost boost) {
    FilterEncoding.putPath(boost.field(), out);
    out.putByte(Wire.of(boost.shape()));
    switch (boost.origin()) {
      case Origin.OfNumber(double value) -> {
        out.putByte(ORIGIN_NUMBER);
        putDouble(value, out);
      }
      case Origin.OfMoment(long micros) -> {
        out.putByte(ORIGIN_MOMENT);
        out.putLong(micros);
      }
      case Origin.OfPlace(GeoPoint place) -> {
        out.putByte(ORIGIN_PLACE);
        putDouble(place.lat(), out);
        putDouble(place.lon(), out);
      }
    }
    putDouble(boost.scale(), out);
    putDouble(boost.offset(), out);
    putDouble(boost.decay(), out);
    out.putFloat(boost.weight());
  }

  private static Boost getBoost(BinaryReader in) {
    return new Boost(
        FilterEncoding.getPath(in),
        Wire.boostShape(in),
        getOrigin(in),
        getDouble(in),
        getDouble(in),
        getDouble(in),
        in.getFloat());
  }

  private static Origin getOrigin(BinaryReader in) {
    int tag = in.getByte();
    return switch (tag) {
      case ORIGIN_NUMBER -> new Origin.OfNumber(getDouble(in));
      case ORIGIN_MOMENT -> new Origin.OfMoment(in.getLong());
      case ORIGIN_PLACE -> new Origin.OfPlace(new GeoPoint(getDouble(in), getDouble(in)));
      default -> throw in.invalid("the tag of an origin", tag);
    };
  }

  private static void putDouble(double value, BinaryWriter out) {
    out.putLong(Double.doubleToLongBits(value));
  }

  private static double getDouble(BinaryReader in) {
    return Double.longBitsToDouble(in.getLong());
  }
}
