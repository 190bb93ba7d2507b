package io.quiver.message;

import io.quiver.core.ErrorCode;
import java.util.List;

/** The encoding of replies. */
final class ReplyEncoding {
  private static final int COLLECTION_INFO = Encoding.REPLY_FIRST;
  private static final int COLLECTION_NAMES = COLLECTION_INFO + 1;
  private static final int NODE_INFO = COLLECTION_INFO + 2;
  private static final int HEALTH_REPORT = COLLECTION_INFO + 3;
  private static final int DROPPED = COLLECTION_INFO + 4;
  private static final int WRITE_ACK = COLLECTION_INFO + 5;
  private static final int DELETE_ACK = COLLECTION_INFO + 6;
  private static final int FOUND_VECTORS = COLLECTION_INFO + 7;
  private static final int SEARCH_HITS = COLLECTION_INFO + 8;
  private static final int FAILURE = COLLECTION_INFO + 9;

  static final int NAME_BYTES_MIN = 2;

  /** Two empty texts, a status and a time. */
  private static final int COMPONENT_BYTES_MIN = 1 + 1 + 1 + Long.BYTES;

  /** An index, an id, a code and an empty text. */
  private static final int REFUSED_BYTES_MIN = 1 + Parts.ID_BYTES_MIN + 1 + 1;

  /** An id, a distance, no metadata, no vector. */
  static final int HIT_BYTES_MIN = Parts.ID_BYTES_MIN + Float.BYTES + 2;

  private ReplyEncoding() {}

  static void put(Reply reply, BinaryWriter out) {
    switch (reply) {
      case CollectionInfo info when !info.manifest().equals(ManifestInfo.NONE) ->
          OwnerEncoding.put(info, out);
      case CollectionInfo info -> {
        out.putByte(COLLECTION_INFO);
        putInfo(info, out);
      }
      case CollectionNames names -> {
        out.putByte(COLLECTION_NAMES);
        out.putList(names.names(), Parts::putName);
      }
      case NodeInfo info -> putNodeInfo(info, out);
      case HealthReport report -> putHealth(report, out);
      case Dropped dropped -> {
        out.putByte(DROPPED);
        Parts.putName(out, dropped.name());
      }
      case WriteAck ack -> putWriteAck(ack, out);
      case DeleteAck ack -> {
        out.putByte(DELETE_ACK);
        out.putLong(ack.lsn());
        out.putVarint(ack.deleted());
      }
      case FoundVectors found -> {
        out.putByte(FOUND_VECTORS);
        out.putList(found.rows(), Parts::putRow);
      }
      case SearchHits hits when hits.areVersioned() -> KeyEncoding.putVersioned(hits, out);
      case SearchHits hits -> {
        out.putByte(SEARCH_HITS);
        putHits(out, hits);
      }
      case RecoveryReply recovery -> RecoveryEncoding.put(recovery, out);
      case SnapshotReply snapshot -> SnapshotEncoding.put(snapshot, out);
      case AliasTable table -> AliasEncoding.put(table, out);
      case IndexWork work -> IndexEncoding.put(work, out);
      case PointReply point -> PointEncoding.put(point, out);
      case TextReply text -> TextEncoding.put(text, out);
      case ArrangedReply arranged -> ArrangedEncoding.put(arranged, out);
      case KeyReply key -> KeyEncoding.put(key, out);
      case Explained explained -> ExplainEncoding.put(explained, out);
      case Failure failure -> {
        out.putByte(FAILURE);
        out.putByte(failure.code().wire());
        out.putString(failure.message());
        Parts.putMap(out, failure.details(), BinaryWriter::putString);
      }
    }
  }

  static Reply get(int tag, BinaryReader in) {
    return switch (tag) {
      case COLLECTION_INFO -> getInfo(in);
      case COLLECTION_NAMES -> new CollectionNames(in.getList(NAME_BYTES_MIN, Parts::getName));
      case NODE_INFO -> getNodeInfo(in);
      case HEALTH_REPORT ->
          new HealthReport(
              in.getBoolean(), in.getList(COMPONENT_BYTES_MIN, ReplyEncoding::getComponent));
      case DROPPED -> new Dropped(Parts.getName(in));
      case WRITE_ACK -> new WriteAck(in.getLong(), in.getVarint(), getAllRefused(in));
      case DELETE_ACK -> new DeleteAck(in.getLong(), in.getVarint());
      case FOUND_VECTORS -> new FoundVectors(in.getList(Parts.ROW_BYTES_MIN, Parts::getRow));
      case SEARCH_HITS -> getHits(in);
      case RecoveryEncoding.REPLY -> RecoveryEncoding.getReply(in);
      case SnapshotEncoding.REPLY -> SnapshotEncoding.getReply(in);
      case FAILURE ->
          new Failure(
              ErrorCode.ofWire(in.getByte()),
              in.getString(),
              Parts.getMap(in, 1, BinaryReader::getString));
      default -> throw in.invalid("the tag of a reply", tag);
    };
  }

  static void putInfo(CollectionInfo info, BinaryWriter out) {
    Parts.putConfig(out, info.config());
    Parts.putStats(out, info.stats());
    out.putList(info.aliases(), Parts::putName);
  }

  static CollectionInfo getInfo(BinaryReader in) {
    return new CollectionInfo(
        Parts.getConfig(in), Parts.getStats(in), in.getList(NAME_BYTES_MIN, Parts::getName));
  }

  private static void putNodeInfo(NodeInfo info, BinaryWriter out) {
    out.putByte(NODE_INFO);
    out.putString(info.version());
    out.putLong(info.vectors());
    out.putInt(info.collections());
    out.putLong(info.memoryBytes());
    out.putLong(info.diskBytes());
    out.putLong(info.uptimeMillis());
    out.putLong(info.scrub().bytes());
    out.putLong(info.scrub().passes());
    out.putLong(info.scrub().lastEndMillis());
    out.putLong(info.scrub().damaged());
    out.putLong(info.scrub().unread());
  }

  private static NodeInfo getNodeInfo(BinaryReader in) {
    return new NodeInfo(
        in.getString(),
        in.getLong(),
        in.getInt(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        new ScrubInfo(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()));
  }

  private static void putHealth(HealthReport report, BinaryWriter out) {
    out.putByte(HEALTH_REPORT);
    out.putBoolean(report.ready());
    out.putList(
        report.components(),
        (to, component) -> {
          to.putString(component.name());
          to.putByte(Wire.of(component.status()));
          to.putString(component.message());
          to.putLong(component.tookMicros());
        });
  }

  private static HealthReport.Component getComponent(BinaryReader in) {
    return new HealthReport.Component(
        in.getString(), Wire.status(in), in.getString(), in.getLong());
  }

  private static void putWriteAck(WriteAck ack, BinaryWriter out) {
    out.putByte(WRITE_ACK);
    out.putLong(ack.lsn());
    out.putVarint(ack.written());
    putRefused(ack.refused(), out);
  }

  static void putRefused(List<WriteAck.Refused> all, BinaryWriter out) {
    out.putList(
        all,
        (to, refused) -> {
          to.putVarint(refused.index());
          Parts.putId(to, refused.id());
          to.putByte(refused.code().wire());
          to.putString(refused.message());
        });
  }

  static List<WriteAck.Refused> getAllRefused(BinaryReader in) {
    return in.getList(REFUSED_BYTES_MIN, ReplyEncoding::getRefused);
  }

  private static WriteAck.Refused getRefused(BinaryReader in) {
    return new WriteAck.Refused(
        in.getVarint(), Parts.getId(in), ErrorCode.ofWire(in.getByte()), in.getString());
  }

  static void putHits(BinaryWriter out, SearchHits hits) {
    out.putList(hits.hits(), ReplyEncoding::putHit);
    out.putList(hits.missingShards(), BinaryWriter::putVarint);
  }

  static SearchHits getHits(BinaryReader in) {
    return new SearchHits(
        in.getList(HIT_BYTES_MIN, ReplyEncoding::getHit), in.getList(1, BinaryReader::getVarint));
  }

  static void putHit(BinaryWriter out, Hit hit) {
    Parts.putId(out, hit.id());
    out.putFloat(hit.distance());
    out.putMetadata(hit.metadata());
    out.putVector(hit.vector());
  }

  static Hit getHit(BinaryReader in) {
    return new Hit(Parts.getId(in), in.getFloat(), in.getMetadata(), in.getVector());
  }
}
