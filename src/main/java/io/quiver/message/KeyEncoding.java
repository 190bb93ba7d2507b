package io.quiver.message;

import io.quiver.core.VectorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The encoding of what concerns keys and versions: a tag for requests and replies, then a kind. */
final class KeyEncoding {
  static final int REQUEST = 130;
  static final int REPLY = 131;

  /** A command. */
  static final int CLEAR_ROWS = 132;

  private static final int WRITE_IF = 1;
  private static final int DELETE_IF = 2;
  private static final int CLEAR = 3;
  private static final int READ_ROWS = 4;
  private static final int SCROLL_VERSIONS = 5;
  private static final int SEARCH_VERSIONS = 6;
  private static final int SEARCH_RANGE = 7;

  private static final int WRITE_OUTCOME = 1;
  private static final int VERSIONED_ROWS = 2;
  private static final int VERSIONED_HITS = 3;
  private static final int RANGE_HITS = 4;

  private static final int NONE = 0;
  private static final int ABSENT = 1;
  private static final int AT_VERSION = 2;

  private KeyEncoding() {}

  static boolean isTag(int tag) {
    return tag == REQUEST || tag == REPLY;
  }

  static Message get(int tag, BinaryReader in) {
    return tag == REQUEST ? getRequest(in) : getReply(in);
  }

  static void put(KeyRequest request, BinaryWriter out) {
    out.putByte(REQUEST);
    switch (request) {
      case WriteIf write -> {
        out.putByte(WRITE_IF);
        RequestEncoding.put(write.write(), out);
        out.putList(write.conditions(), KeyEncoding::putCondition);
      }
      case DeleteIf delete -> {
        out.putByte(DELETE_IF);
        RequestEncoding.put(delete.delete(), out);
        out.putList(delete.conditions(), KeyEncoding::putCondition);
        out.putByte(Wire.of(delete.onError()));
      }
      case ClearCollection clear -> {
        out.putByte(CLEAR);
        Parts.putName(out, clear.collection());
        out.putByte(Wire.of(clear.durability()));
      }
      case ReadRows read -> {
        out.putByte(READ_ROWS);
        Parts.putName(out, read.collection());
        out.putList(read.ids(), Parts::putId);
        out.putBoolean(read.withVectors());
        out.putBoolean(read.withMetadata());
      }
      case ScrollVersions scroll -> {
        out.putByte(SCROLL_VERSIONS);
        RequestEncoding.put(scroll.scroll(), out);
      }
      case SearchVersions search -> {
        out.putByte(SEARCH_VERSIONS);
        RequestEncoding.put(search.search(), out);
      }
      case SearchRange range -> putRange(range, out);
    }
  }

  private static void putRange(SearchRange range, BinaryWriter out) {
    out.putByte(SEARCH_RANGE);
    Parts.putName(out, range.collection());
    out.putVector(range.vector());
    out.putFloat(range.maxDistance());
    out.putVarint(range.limit());
    out.putBoolean(range.withVectors());
    out.putBoolean(range.withMetadata());
    out.putLong(range.deadlineMillis());
    FilterEncoding.putFilter(range.filter(), out);
  }

  private static Request getRequest(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case WRITE_IF ->
          new WriteIf(inner(WriteVectors.class, in), in.getList(1, KeyEncoding::getCondition));
      case DELETE_IF ->
          new DeleteIf(
              inner(DeleteVectors.class, in),
              in.getList(1, KeyEncoding::getCondition),
              Wire.onError(in));
      case CLEAR -> new ClearCollection(Parts.getName(in), Wire.durability(in));
      case READ_ROWS ->
          new ReadRows(
              Parts.getName(in),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              in.getBoolean(),
              in.getBoolean());
      case SCROLL_VERSIONS -> new ScrollVersions(inner(ScrollRows.class, in));
      case SEARCH_VERSIONS -> new SearchVersions(inner(SearchVectors.class, in));
      case SEARCH_RANGE ->
          new SearchRange(
              Parts.getName(in),
              in.getVector(),
              in.getFloat(),
              in.getVarint(),
              in.getBoolean(),
              in.getBoolean(),
              in.getLong(),
              FilterEncoding.getFilter(in));
      default -> throw in.invalid("a kind of request about keys", kind);
    };
  }

  /** A request within one; such requests hold none themselves, so this goes no deeper. */
  private static <T> T inner(Class<T> type, BinaryReader in) {
    int tag = in.getByte();
    Message read =
        tag == FilterEncoding.FILTERED ? FilterEncoding.get(tag, in) : Encoding.getRequest(tag, in);
    if (type.isInstance(read)) {
      return type.cast(read);
    }
    throw in.invalid("a " + type.getSimpleName(), read.getClass().getSimpleName());
  }

  private static void putCondition(BinaryWriter out, Precondition condition) {
    switch (condition) {
      case Precondition.None none -> out.putByte(NONE);
      case Precondition.Absent absent -> out.putByte(ABSENT);
      case Precondition.AtVersion(long version) -> {
        out.putByte(AT_VERSION);
        out.putLong(version);
      }
    }
  }

  private static Precondition getCondition(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case NONE -> Precondition.NONE;
      case ABSENT -> Precondition.ABSENT;
      case AT_VERSION -> new Precondition.AtVersion(in.getLong());
      default -> throw in.invalid("a condition of a write", kind);
    };
  }

  static void put(KeyReply reply, BinaryWriter out) {
    out.putByte(REPLY);
    switch (reply) {
      case WriteOutcome outcome -> {
        out.putByte(WRITE_OUTCOME);
        out.putLong(outcome.lsn());
        out.putLong(outcome.version());
        out.putVarint(outcome.rows());
        ReplyEncoding.putRefused(outcome.refused(), out);
      }
      case VersionedRows rows -> {
        out.putByte(VERSIONED_ROWS);
        out.putList(rows.rows(), Parts::putRow);
        out.putList(rows.versions(), BinaryWriter::putLong);
        PointEncoding.putOptionalId(rows.next(), out);
      }
      case RangeHits range -> {
        out.putByte(RANGE_HITS);
        out.putBoolean(range.isTruncated());
        ReplyEncoding.putHits(out, range.found());
      }
    }
  }

  /** Hits of which some tell their versions. */
  static void putVersioned(SearchHits hits, BinaryWriter out) {
    out.putByte(REPLY);
    out.putByte(VERSIONED_HITS);
    out.putList(hits.hits(), (to, hit) -> to.putLong(hit.version()));
    ReplyEncoding.putHits(out, hits);
  }

  private static Reply getReply(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case WRITE_OUTCOME ->
          new WriteOutcome(
              in.getLong(), in.getLong(), in.getVarint(), ReplyEncoding.getAllRefused(in));
      case VERSIONED_ROWS -> {
        List<Row> rows = in.getList(Parts.ROW_BYTES_MIN, Parts::getRow);
        List<Long> versions = in.getList(Long.BYTES, BinaryReader::getLong);
        Optional<VectorId> next = PointEncoding.getOptionalId(in);
        yield new VersionedRows(rows, versions, next);
      }
      case VERSIONED_HITS -> {
        List<Long> versions = in.getList(Long.BYTES, BinaryReader::getLong);
        yield versioned(ReplyEncoding.getHits(in), versions, in);
      }
      case RANGE_HITS -> {
        boolean isTruncated = in.getBoolean();
        yield new RangeHits(ReplyEncoding.getHits(in), isTruncated);
      }
      default -> throw in.invalid("a kind of reply about keys", kind);
    };
  }

  private static SearchHits versioned(SearchHits hits, List<Long> versions, BinaryReader in) {
    if (hits.hits().size() != versions.size()) {
      throw in.invalid(versions.size() + " hits", hits.hits().size());
    }
    List<Hit> all = new ArrayList<>(versions.size());
    for (int i = 0; i < versions.size(); i++) {
      all.add(hits.hits().get(i).at(versions.get(i)));
    }
    return new SearchHits(all, hits.missingShards());
  }
}
