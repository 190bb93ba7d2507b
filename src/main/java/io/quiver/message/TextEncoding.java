package io.quiver.message;

/** The encoding of searches of texts, and of their replies. */
final class TextEncoding {
  static final int FIRST = 100;
  static final int LAST = 109;

  private static final int SEARCH_TEXT = FIRST;
  private static final int TEXT_HITS = FIRST + 1;
  private static final int SEARCH_HYBRID = FIRST + 2;
  private static final int HYBRID_HITS = FIRST + 3;

  /** An id, a score, no metadata and no highlights. */
  private static final int HIT_BYTES_MIN = Parts.ID_BYTES_MIN + Float.BYTES + 2;

  /** An id, three scores, no metadata. */
  private static final int HYBRID_HIT_BYTES_MIN = Parts.ID_BYTES_MIN + 3 * Float.BYTES + 1;

  private TextEncoding() {}

  static void put(TextRequest request, BinaryWriter out) {
    switch (request) {
      case SearchText search -> {
        out.putByte(SEARCH_TEXT);
        Parts.putName(out, search.collection());
        out.putString(search.query());
        out.putList(search.fields(), BinaryWriter::putString);
        out.putVarint(search.limit());
        out.putVarint(search.offset());
        out.putBoolean(search.highlight());
        out.putBoolean(search.withMetadata());
        out.putLong(search.deadlineMillis());
      }
      case SearchHybrid search -> {
        out.putByte(SEARCH_HYBRID);
        Parts.putName(out, search.collection());
        out.putVector(search.vector());
        out.putString(search.query());
        out.putList(search.fields(), BinaryWriter::putString);
        out.putVarint(search.limit());
        out.putByte(Wire.of(search.fusion().strategy()));
        out.putFloat(search.fusion().vectorWeight());
        out.putFloat(search.fusion().textWeight());
        out.putVarint(search.fusion().k());
        out.putBoolean(search.withMetadata());
        out.putLong(search.deadlineMillis());
      }
    }
  }

  static void put(TextReply reply, BinaryWriter out) {
    switch (reply) {
      case TextHits found -> {
        out.putByte(TEXT_HITS);
        out.putList(found.hits(), TextEncoding::putHit);
      }
      case HybridHits found -> {
        out.putByte(HYBRID_HITS);
        out.putList(found.hits(), TextEncoding::putHybridHit);
      }
    }
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case SEARCH_TEXT ->
          new SearchText(
              Parts.getName(in),
              in.getString(),
              in.getList(1, BinaryReader::getString),
              in.getVarint(),
              in.getVarint(),
              in.getBoolean(),
              in.getBoolean(),
              in.getLong());
      case TEXT_HITS -> new TextHits(in.getList(HIT_BYTES_MIN, TextEncoding::getHit));
      case SEARCH_HYBRID ->
          new SearchHybrid(
              Parts.getName(in),
              in.getVector(),
              in.getString(),
              in.getList(1, BinaryReader::getString),
              in.getVarint(),
              new FusionOptions(
                  Wire.fusionStrategy(in), in.getFloat(), in.getFloat(), in.getVarint()),
              in.getBoolean(),
              in.getLong());
      case HYBRID_HITS ->
          new HybridHits(in.getList(HYBRID_HIT_BYTES_MIN, TextEncoding::getHybridHit));
      default -> throw in.invalid("the tag of a message", tag);
    };
  }

  private static void putHit(BinaryWriter out, TextHit hit) {
    Parts.putId(out, hit.id());
    out.putFloat(hit.score());
    out.putMetadata(hit.metadata());
    Parts.putMap(
        out, hit.highlights(), (to, pieces) -> to.putList(pieces, BinaryWriter::putString));
  }

  private static void putHybridHit(BinaryWriter out, HybridHit hit) {
    Parts.putId(out, hit.id());
    out.putFloat(hit.vectorScore());
    out.putFloat(hit.textScore());
    out.putFloat(hit.combinedScore());
    out.putMetadata(hit.metadata());
  }

  private static HybridHit getHybridHit(BinaryReader in) {
    return new HybridHit(
        Parts.getId(in), in.getFloat(), in.getFloat(), in.getFloat(), in.getMetadata());
  }

  private static TextHit getHit(BinaryReader in) {
    return new TextHit(
        Parts.getId(in),
        in.getFloat(),
        in.getMetadata(),
        Parts.getMap(in, 1, each -> each.getList(1, BinaryReader::getString)));
  }
}
