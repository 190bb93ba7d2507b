package io.quiver.message;

import io.quiver.filter.Filter;

/** The encoding of requests whose answer is arranged by metadata, and of their replies. */
final class ArrangedEncoding {
  static final int FIRST = 120;
  static final int LAST = 127;

  private static final int COUNT_FACETS = FIRST;
  private static final int FACETS = FIRST + 1;

  /** A value and a count. */
  private static final int FACET_BYTES_MIN = 1 + Long.BYTES;

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
      default -> throw in.invalid("the tag of a message", tag);
    };
  }
}
