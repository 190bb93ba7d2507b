package io.quiver.message;

import io.quiver.filter.Filter;

/** The encoding of explained searches. */
final class ExplainEncoding {
  static final int EXPLAIN_SEARCH = 140;
  static final int EXPLAINED = 141;

  /** Two bytes, five varints, six longs. */
  private static final int PLAN_BYTES_MIN = 2 + 5 + 6 * Long.BYTES;

  private ExplainEncoding() {}

  static boolean isTag(int tag) {
    return tag == EXPLAIN_SEARCH || tag == EXPLAINED;
  }

  static void put(ExplainSearch explain, BinaryWriter out) {
    out.putByte(EXPLAIN_SEARCH);
    FilterEncoding.putFilter(explain.search().filter(), out);
    RequestEncoding.putSearchParts(out, explain.search());
  }

  static void put(Explained explained, BinaryWriter out) {
    out.putByte(EXPLAINED);
    ReplyEncoding.putHits(out, explained.hits());
    out.putList(explained.plans(), ExplainEncoding::putPlan);
  }

  static Message get(int tag, BinaryReader in) {
    if (tag == EXPLAINED) {
      return new Explained(
          ReplyEncoding.getHits(in), in.getList(PLAN_BYTES_MIN, ExplainEncoding::getPlan));
    }
    Filter filter = FilterEncoding.getFilter(in);
    return new ExplainSearch(RequestEncoding.getSearch(in).filteredBy(filter));
  }

  private static void putPlan(BinaryWriter out, ShardPlan plan) {
    out.putByte(wire(plan.way()));
    out.putByte(wire(plan.source()));
    out.putVarint(plan.indexedRows());
    out.putVarint(plan.filterRowsRead());
    out.putVarint(plan.matches());
    out.putVarint(plan.live());
    out.putVarint(plan.scanRowsMax());
    out.putLong(plan.opened());
    out.putLong(plan.scored());
    out.putLong(plan.filterNanos());
    out.putLong(plan.walkNanos());
    out.putLong(plan.scanNanos());
    out.putLong(plan.readNanos());
  }

  private static ShardPlan getPlan(BinaryReader in) {
    return new ShardPlan(
        way(in),
        source(in),
        in.getVarint(),
        in.getVarint(),
        in.getVarint(),
        in.getVarint(),
        in.getVarint(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  private static int wire(ShardPlan.Way way) {
    return switch (way) {
      case NOTHING -> 1;
      case SCAN -> 2;
      case CODE_SCAN -> 3;
      case GRAPH -> 4;
      case FILTERED_WALK -> 5;
    };
  }

  private static ShardPlan.Way way(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> ShardPlan.Way.NOTHING;
      case 2 -> ShardPlan.Way.SCAN;
      case 3 -> ShardPlan.Way.CODE_SCAN;
      case 4 -> ShardPlan.Way.GRAPH;
      case 5 -> ShardPlan.Way.FILTERED_WALK;
      default -> throw in.invalid("a way to search", wire);
    };
  }

  private static int wire(ShardPlan.FilterSource source) {
    return switch (source) {
      case NONE -> 1;
      case KEPT -> 2;
      case INDEX -> 3;
      case INDEX_AND_ROWS -> 4;
      case ROWS -> 5;
    };
  }

  private static ShardPlan.FilterSource source(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 1 -> ShardPlan.FilterSource.NONE;
      case 2 -> ShardPlan.FilterSource.KEPT;
      case 3 -> ShardPlan.FilterSource.INDEX;
      case 4 -> ShardPlan.FilterSource.INDEX_AND_ROWS;
      case 5 -> ShardPlan.FilterSource.ROWS;
      default -> throw in.invalid("a source of a filter's rows", wire);
    };
  }
}
