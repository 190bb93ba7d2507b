package io.quiver.message;

import io.quiver.core.VectorId;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import java.util.Optional;

/** The encoding of requests about points, and of their replies. */
final class PointEncoding {
  static final int FIRST = 40;
  static final int LAST = 59;

  private static final int RECOMMEND = FIRST;
  private static final int DISCOVER = FIRST + 1;
  private static final int SEARCH_BY_EXAMPLES = FIRST + 2;
  private static final int BATCH_SEARCH = FIRST + 3;
  private static final int COUNT = FIRST + 4;
  private static final int SCROLL = FIRST + 5;
  private static final int MEASURE_RECALL = FIRST + 8;
  private static final int BATCH_HITS = FIRST + 10;
  private static final int COUNTED = FIRST + 11;
  private static final int SCROLLED = FIRST + 12;
  private static final int MEASURED_RECALL = FIRST + 14;

  private static final int TARGET_ID = 1;
  private static final int TARGET_VECTOR = 2;

  /** A dimension. */
  private static final int VECTOR_BYTES_MIN = 1;

  /** A name and a vector, three counts, three booleans, a bound and a deadline. */
  static final int SEARCH_BYTES_MIN = 2 + 1 + 3 + 3 + Float.BYTES + Long.BYTES;

  /** No hits and no missing shards. */
  private static final int HITS_BYTES_MIN = 2;

  private PointEncoding() {}

  static void put(PointRequest request, BinaryWriter out) {
    switch (request) {
      case RecommendVectors recommend -> {
        out.putByte(RECOMMEND);
        Parts.putName(out, recommend.collection());
        out.putList(recommend.positive(), Parts::putId);
        out.putList(recommend.negative(), Parts::putId);
        out.putByte(Wire.of(recommend.strategy()));
        putOptions(recommend.options(), out);
      }
      case DiscoverVectors discover -> {
        out.putByte(DISCOVER);
        Parts.putName(out, discover.collection());
        putTarget(discover.target(), out);
        out.putList(discover.context(), PointEncoding::putPair);
        putOptions(discover.options(), out);
      }
      case SearchByExamples search -> putSearch(search, out);
      case BatchSearch batch -> {
        if (batch.searches().stream().anyMatch(Filtered::isFiltered)) {
          FilterEncoding.putBatch(batch, out);
        } else {
          out.putByte(BATCH_SEARCH);
          out.putList(batch.searches(), RequestEncoding::putSearchParts);
        }
      }
      case CountRows count -> {
        out.putByte(COUNT);
        Parts.putName(out, count.collection());
      }
      case MeasureRecall measure -> {
        out.putByte(MEASURE_RECALL);
        Parts.putName(out, measure.collection());
        out.putVarint(measure.limit());
        out.putVarint(measure.samples());
        out.putVarint(measure.efSearch());
        out.putFloat(measure.targetRecall());
      }
      case ScrollRows scroll -> {
        out.putByte(SCROLL);
        Parts.putName(out, scroll.collection());
        putOptionalId(scroll.after(), out);
        out.putVarint(scroll.limit());
        out.putBoolean(scroll.withVectors());
        out.putBoolean(scroll.withMetadata());
      }
    }
  }

  static void put(PointReply reply, BinaryWriter out) {
    switch (reply) {
      case BatchHits batch -> {
        out.putByte(BATCH_HITS);
        out.putList(batch.answers(), ReplyEncoding::putHits);
      }
      case Counted counted -> {
        out.putByte(COUNTED);
        out.putLong(counted.count());
      }
      case MeasuredRecall measured -> {
        out.putByte(MEASURED_RECALL);
        out.putLong(Double.doubleToLongBits(measured.recall()));
        out.putLong(Double.doubleToLongBits(measured.low()));
        out.putLong(Double.doubleToLongBits(measured.high()));
        out.putVarint(measured.samples());
        out.putVarint(measured.efSearch());
      }
      case ScrolledRows scrolled -> {
        out.putByte(SCROLLED);
        out.putList(scrolled.rows(), Parts::putRow);
        putOptionalId(scrolled.next(), out);
      }
    }
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case RECOMMEND ->
          new RecommendVectors(
              Parts.getName(in),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              Wire.exampleStrategy(in),
              getOptions(in));
      case DISCOVER ->
          new DiscoverVectors(
              Parts.getName(in),
              getTarget(in),
              in.getList(2 * Parts.ID_BYTES_MIN, PointEncoding::getPair),
              getOptions(in));
      case SEARCH_BY_EXAMPLES -> getSearch(in);
      case BATCH_SEARCH ->
          new BatchSearch(in.getList(SEARCH_BYTES_MIN, RequestEncoding::getSearch));
      case COUNT -> new CountRows(Parts.getName(in));
      case SCROLL ->
          new ScrollRows(
              Parts.getName(in),
              getOptionalId(in),
              in.getVarint(),
              in.getBoolean(),
              in.getBoolean());
      case BATCH_HITS -> new BatchHits(in.getList(HITS_BYTES_MIN, ReplyEncoding::getHits));
      case MEASURE_RECALL ->
          new MeasureRecall(
              Parts.getName(in), in.getVarint(), in.getVarint(), in.getVarint(), in.getFloat());
      case MEASURED_RECALL ->
          new MeasuredRecall(
              Double.longBitsToDouble(in.getLong()),
              Double.longBitsToDouble(in.getLong()),
              Double.longBitsToDouble(in.getLong()),
              in.getVarint(),
              in.getVarint());
      case COUNTED -> new Counted(in.getLong());
      case SCROLLED ->
          new ScrolledRows(in.getList(Parts.ROW_BYTES_MIN, Parts::getRow), getOptionalId(in));
      default -> AliasEncoding.get(tag, in);
    };
  }

  private static void putSearch(SearchByExamples search, BinaryWriter out) {
    out.putByte(SEARCH_BY_EXAMPLES);
    Parts.putName(out, search.collection());
    out.putVector(search.target());
    out.putList(search.positive(), BinaryWriter::putVector);
    out.putList(search.negative(), BinaryWriter::putVector);
    out.putByte(Wire.of(search.strategy()));
    out.putList(search.without(), Parts::putId);
    putOptions(search.options(), out);
  }

  private static SearchByExamples getSearch(BinaryReader in) {
    return new SearchByExamples(
        Parts.getName(in),
        in.getVector(),
        in.getList(VECTOR_BYTES_MIN, BinaryReader::getVector),
        in.getList(VECTOR_BYTES_MIN, BinaryReader::getVector),
        Wire.exampleStrategy(in),
        in.getList(Parts.ID_BYTES_MIN, Parts::getId),
        getOptions(in));
  }

  private static void putOptions(SearchOptions options, BinaryWriter out) {
    out.putVarint(options.limit());
    out.putVarint(options.offset());
    out.putVarint(options.efSearch());
    out.putBoolean(options.exact());
    out.putBoolean(options.withVectors());
    out.putBoolean(options.withMetadata());
    out.putLong(options.deadlineMillis());
  }

  private static SearchOptions getOptions(BinaryReader in) {
    return new SearchOptions(
        in.getVarint(),
        in.getVarint(),
        in.getVarint(),
        in.getBoolean(),
        in.getBoolean(),
        in.getBoolean(),
        in.getLong());
  }

  private static void putTarget(Target target, BinaryWriter out) {
    switch (target) {
      case Target.OfId of -> {
        out.putByte(TARGET_ID);
        Parts.putId(out, of.id());
      }
      case Target.OfVector of -> {
        out.putByte(TARGET_VECTOR);
        out.putVector(of.vector());
      }
    }
  }

  private static Target getTarget(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case TARGET_ID -> new Target.OfId(Parts.getId(in));
      case TARGET_VECTOR -> new Target.OfVector(in.getVector());
      default -> throw in.invalid("a kind of target", kind);
    };
  }

  private static void putPair(BinaryWriter out, ContextPair pair) {
    Parts.putId(out, pair.positive());
    Parts.putId(out, pair.negative());
  }

  private static ContextPair getPair(BinaryReader in) {
    return new ContextPair(Parts.getId(in), Parts.getId(in));
  }

  static void putOptionalId(Optional<VectorId> id, BinaryWriter out) {
    out.putBoolean(id.isPresent());
    id.ifPresent(value -> Parts.putId(out, value));
  }

  static Optional<VectorId> getOptionalId(BinaryReader in) {
    return in.getBoolean() ? Optional.of(Parts.getId(in)) : Optional.empty();
  }
}
