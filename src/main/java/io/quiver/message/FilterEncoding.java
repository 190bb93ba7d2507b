package io.quiver.message;

import io.quiver.core.Limits;
import io.quiver.filter.Condition;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.MetadataEdit;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of filters. A request with one is a tag, the filter, and the same request without;
 * of a batch each search has its own.
 */
final class FilterEncoding {
  static final int FIRST = 90;
  static final int LAST = 99;

  static final int FILTERED = FIRST;
  private static final int FILTERED_BATCH = FIRST + 1;
  private static final int DELETE_BY_FILTER = FIRST + 2;
  private static final int CHANGE_METADATA = FIRST + 3;

  private static final int ALL = 0;
  private static final int AND = 1;
  private static final int OR = 2;
  private static final int NOT = 3;
  private static final int AT_LEAST = 4;
  private static final int WHERE = 5;
  private static final int HAS_ID = 6;
  private static final int NESTED = 7;

  private FilterEncoding() {}

  static void putFiltered(Filtered<?> request, BinaryWriter out) {
    out.putByte(FILTERED);
    putFilter(request.filter(), out);
    RequestEncoding.put((Request) request.filteredBy(Filter.ALL), out);
  }

  static void putBatch(BatchSearch batch, BinaryWriter out) {
    out.putByte(FILTERED_BATCH);
    out.putList(
        batch.searches(),
        (to, search) -> {
          putFilter(search.filter(), to);
          RequestEncoding.putSearchParts(to, search);
        });
  }

  static void put(RowsRequest request, BinaryWriter out) {
    switch (request) {
      case DeleteByFilter delete -> {
        out.putByte(DELETE_BY_FILTER);
        Parts.putName(out, delete.collection());
        out.putList(delete.ids(), Parts::putId);
        putFilter(delete.filter(), out);
        out.putByte(Wire.of(delete.durability()));
      }
      case ChangeMetadata change -> {
        out.putByte(CHANGE_METADATA);
        Parts.putName(out, change.collection());
        out.putList(change.ids(), Parts::putId);
        putFilter(change.filter(), out);
        out.putBoolean(change.edit().replace());
        out.putMetadata(change.edit().fields());
        out.putList(change.edit().removed(), BinaryWriter::putString);
        out.putByte(Wire.of(change.durability()));
      }
    }
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case DELETE_BY_FILTER ->
          new DeleteByFilter(
              Parts.getName(in),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              getFilter(in),
              Wire.durability(in));
      case CHANGE_METADATA ->
          new ChangeMetadata(
              Parts.getName(in),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              getFilter(in),
              new MetadataEdit(
                  in.getBoolean(), in.getMetadata(), in.getList(1, BinaryReader::getString)),
              Wire.durability(in));
      case FILTERED -> {
        Filter filter = getFilter(in);
        if (Encoding.getRequest(in.getByte(), in) instanceof Filtered<?> request
            && !request.isFiltered()
            && request.filteredBy(filter) instanceof Request filtered) {
          yield filtered;
        }
        throw in.invalid("a request that takes a filter", "another");
      }
      case FILTERED_BATCH ->
          new BatchSearch(
              in.getList(
                  1 + PointEncoding.SEARCH_BYTES_MIN,
                  from -> {
                    Filter filter = getFilter(from);
                    return RequestEncoding.getSearch(from).filteredBy(filter);
                  }));
      default -> throw in.invalid("the tag of a message", tag);
    };
  }

  static void putFilter(Filter filter, BinaryWriter out) {
    switch (filter) {
      case Filter.All all -> out.putByte(ALL);
      case Filter.And and -> {
        out.putByte(AND);
        putFilters(and.filters(), out);
      }
      case Filter.Or or -> {
        out.putByte(OR);
        putFilters(or.filters(), out);
      }
      case Filter.Not not -> {
        out.putByte(NOT);
        putFilter(not.filter(), out);
      }
      case Filter.AtLeast some -> {
        out.putByte(AT_LEAST);
        out.putVarint(some.least());
        putFilters(some.filters(), out);
      }
      case Filter.Where(FieldPath path, Condition condition) -> {
        out.putByte(WHERE);
        putPath(path, out);
        ConditionEncoding.put(condition, out);
      }
      case Filter.HasId has -> {
        out.putByte(HAS_ID);
        out.putList(has.ids(), Parts::putId);
      }
      case Filter.Nested nested -> {
        out.putByte(NESTED);
        putPath(nested.path(), out);
        putFilter(nested.filter(), out);
      }
    }
  }

  static Filter getFilter(BinaryReader in) {
    return getFilter(in, Limits.FILTER_DEPTH_MAX);
  }

  /**
   * @param levels so many more there may be: looked at before the stack is too deep to build one
   */
  private static Filter getFilter(BinaryReader in, int levels) {
    if (levels == 0) {
      throw in.invalid("a filter of at most " + Limits.FILTER_DEPTH_MAX + " levels", "more");
    }
    int tag = in.getByte();
    return switch (tag) {
      case ALL -> Filter.ALL;
      case AND -> new Filter.And(getFilters(in, levels));
      case OR -> new Filter.Or(getFilters(in, levels));
      case NOT -> new Filter.Not(getFilter(in, levels - 1));
      case AT_LEAST -> new Filter.AtLeast(in.getVarint(), getFilters(in, levels));
      case WHERE -> new Filter.Where(getPath(in), ConditionEncoding.get(in));
      case HAS_ID -> new Filter.HasId(in.getList(Parts.ID_BYTES_MIN, Parts::getId));
      case NESTED -> new Filter.Nested(getPath(in), getFilter(in, levels - 1));
      default -> throw in.invalid("the tag of a filter", tag);
    };
  }

  private static void putFilters(List<Filter> filters, BinaryWriter out) {
    out.putList(filters, (to, filter) -> putFilter(filter, to));
  }

  private static List<Filter> getFilters(BinaryReader in, int levels) {
    return in.getList(1, from -> getFilter(from, levels - 1));
  }

  static void putPath(FieldPath path, BinaryWriter out) {
    out.putList(path.keys(), BinaryWriter::putString);
  }

  static FieldPath getPath(BinaryReader in) {
    return new FieldPath(new ArrayList<>(in.getList(1, BinaryReader::getString)));
  }
}
