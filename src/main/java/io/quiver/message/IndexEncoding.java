package io.quiver.message;

import io.quiver.message.IndexWork.Kind;
import io.quiver.message.IndexWork.Phase;
import java.util.Optional;

/** The encoding of requests about the index of a collection, and of their reply. */
final class IndexEncoding {
  private static final int REBUILD_INDEX = PointEncoding.FIRST + 9;
  private static final int COMPACT_COLLECTION = PointEncoding.FIRST + 16;
  private static final int INDEX_WORK = PointEncoding.FIRST + 17;
  private static final int DESCRIBE_INDEX = PointEncoding.FIRST + 15;

  private IndexEncoding() {}

  static void put(IndexRequest request, BinaryWriter out) {
    switch (request) {
      case RebuildIndex rebuild -> {
        out.putByte(REBUILD_INDEX);
        Parts.putName(out, rebuild.collection());
        out.putBoolean(rebuild.index().isPresent());
        rebuild.index().ifPresent(index -> Parts.putIndex(out, index));
      }
      case CompactCollection compact -> {
        out.putByte(COMPACT_COLLECTION);
        Parts.putName(out, compact.collection());
      }
      case DescribeIndex describe -> {
        out.putByte(DESCRIBE_INDEX);
        Parts.putName(out, describe.collection());
      }
    }
  }

  static void put(IndexWork work, BinaryWriter out) {
    out.putByte(INDEX_WORK);
    out.putByte(wire(work.kind()));
    out.putByte(wire(work.phase()));
    out.putLong(work.done());
    out.putLong(work.total());
    out.putLong(work.secondsLeft());
    out.putString(work.message());
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case REBUILD_INDEX ->
          new RebuildIndex(
              Parts.getName(in),
              in.getBoolean() ? Optional.of(Parts.getIndex(in)) : Optional.empty());
      case COMPACT_COLLECTION -> new CompactCollection(Parts.getName(in));
      case DESCRIBE_INDEX -> new DescribeIndex(Parts.getName(in));
      case INDEX_WORK ->
          new IndexWork(
              kind(in), phase(in), in.getLong(), in.getLong(), in.getLong(), in.getString());
      default -> throw in.invalid("the tag of a message", tag);
    };
  }

  private static int wire(Kind kind) {
    return switch (kind) {
      case NONE -> 0;
      case REBUILD -> 1;
      case COMPACT -> 2;
    };
  }

  private static Kind kind(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 0 -> Kind.NONE;
      case 1 -> Kind.REBUILD;
      case 2 -> Kind.COMPACT;
      default -> throw in.invalid("a kind of index work", wire);
    };
  }

  private static int wire(Phase phase) {
    return switch (phase) {
      case IDLE -> 0;
      case WAITING -> 1;
      case RUNNING -> 2;
      case COMMITTING -> 3;
      case DONE -> 4;
      case FAILED -> 5;
    };
  }

  private static Phase phase(BinaryReader in) {
    int wire = in.getByte();
    return switch (wire) {
      case 0 -> Phase.IDLE;
      case 1 -> Phase.WAITING;
      case 2 -> Phase.RUNNING;
      case 3 -> Phase.COMMITTING;
      case 4 -> Phase.DONE;
      case 5 -> Phase.FAILED;
      default -> throw in.invalid("a phase of index work", wire);
    };
  }
}
