package io.quiver.message;

/** The encoding of what concerns snapshots: one tag for requests, one for replies, then a kind. */
final class SnapshotEncoding {
  static final int REQUEST = 61;
  static final int REPLY = 75;

  private static final int TAKE = 1;
  private static final int LIST = 2;
  private static final int DESCRIBE = 3;
  private static final int DELETE = 4;
  private static final int RESTORE = 5;
  private static final int READ = 6;
  private static final int UPLOAD = 7;
  private static final int PUBLISH = 8;
  private static final int DESCRIBE_UPLOAD = 9;
  private static final int CANCEL_UPLOAD = 10;

  private static final int INFO = 1;
  private static final int INFOS = 2;
  private static final int DELETED = 3;
  private static final int PART = 4;
  private static final int UPLOAD_STATE = 5;

  /** Two names, an empty text and three numbers. */
  private static final int INFO_BYTES_MIN = 2 + 2 + 1 + 3 * Long.BYTES;

  private SnapshotEncoding() {}

  static void put(SnapshotRequest request, BinaryWriter out) {
    out.putByte(REQUEST);
    switch (request) {
      case TakeSnapshot take -> put(TAKE, take, out);
      case ListSnapshots list -> put(LIST, list, out);
      case DescribeSnapshot describe -> put(DESCRIBE, describe, describe.snapshot(), out);
      case DeleteSnapshot delete -> put(DELETE, delete, delete.snapshot(), out);
      case RestoreSnapshot restore -> put(RESTORE, restore, restore.snapshot(), out);
      case ReadSnapshot read -> {
        put(READ, read, read.snapshot(), out);
        out.putString(read.checksum());
        out.putLong(read.offset());
        out.putVarint(read.length());
      }
      case UploadSnapshot upload -> {
        put(UPLOAD, upload, upload.snapshot(), out);
        out.putLong(upload.offset());
        out.putFileBytes(upload.bytes());
      }
      case PublishSnapshot publish -> put(PUBLISH, publish, publish.snapshot(), out);
      case DescribeUpload upload -> put(DESCRIBE_UPLOAD, upload, upload.snapshot(), out);
      case CancelUpload upload -> put(CANCEL_UPLOAD, upload, upload.snapshot(), out);
    }
  }

  private static void put(
      int kind, SnapshotRequest request, SnapshotName snapshot, BinaryWriter out) {
    put(kind, request, out);
    out.putString(snapshot.value());
  }

  private static void put(int kind, SnapshotRequest request, BinaryWriter out) {
    out.putByte(kind);
    Parts.putName(out, request.collection());
  }

  static SnapshotRequest getRequest(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case TAKE -> new TakeSnapshot(Parts.getName(in));
      case LIST -> new ListSnapshots(Parts.getName(in));
      case DESCRIBE -> new DescribeSnapshot(Parts.getName(in), getSnapshot(in));
      case DELETE -> new DeleteSnapshot(Parts.getName(in), getSnapshot(in));
      case RESTORE -> new RestoreSnapshot(Parts.getName(in), getSnapshot(in));
      case READ ->
          new ReadSnapshot(
              Parts.getName(in), getSnapshot(in), in.getString(), in.getLong(), in.getVarint());
      case UPLOAD ->
          new UploadSnapshot(Parts.getName(in), getSnapshot(in), in.getLong(), in.getFileBytes());
      case PUBLISH -> new PublishSnapshot(Parts.getName(in), getSnapshot(in));
      case DESCRIBE_UPLOAD -> new DescribeUpload(Parts.getName(in), getSnapshot(in));
      case CANCEL_UPLOAD -> new CancelUpload(Parts.getName(in), getSnapshot(in));
      default -> throw in.invalid("a kind of snapshot request", kind);
    };
  }

  private static SnapshotName getSnapshot(BinaryReader in) {
    return new SnapshotName(in.getString());
  }

  static void put(SnapshotReply reply, BinaryWriter out) {
    out.putByte(REPLY);
    switch (reply) {
      case SnapshotInfo info -> {
        out.putByte(INFO);
        putInfo(out, info);
      }
      case SnapshotList list -> {
        out.putByte(INFOS);
        out.putList(list.snapshots(), SnapshotEncoding::putInfo);
      }
      case SnapshotDeleted deleted -> {
        out.putByte(DELETED);
        Parts.putName(out, deleted.collection());
        out.putString(deleted.snapshot().value());
      }
      case SnapshotPart part -> {
        out.putByte(PART);
        out.putLong(part.totalBytes());
        out.putString(part.checksum());
        out.putFileBytes(part.bytes());
      }
      case UploadState state -> {
        out.putByte(UPLOAD_STATE);
        out.putString(state.snapshot().value());
        out.putLong(state.receivedBytes());
        out.putLong(state.totalBytes());
      }
    }
  }

  static SnapshotReply getReply(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case INFO -> getInfo(in);
      case INFOS -> new SnapshotList(in.getList(INFO_BYTES_MIN, SnapshotEncoding::getInfo));
      case DELETED -> new SnapshotDeleted(Parts.getName(in), getSnapshot(in));
      case PART -> new SnapshotPart(in.getLong(), in.getString(), in.getFileBytes());
      case UPLOAD_STATE -> new UploadState(getSnapshot(in), in.getLong(), in.getLong());
      default -> throw in.invalid("a kind of snapshot reply", kind);
    };
  }

  private static void putInfo(BinaryWriter out, SnapshotInfo info) {
    out.putString(info.name().value());
    Parts.putName(out, info.collection());
    out.putLong(info.createdSeconds());
    out.putLong(info.sizeBytes());
    out.putLong(info.vectorCount());
    out.putString(info.checksum());
  }

  private static SnapshotInfo getInfo(BinaryReader in) {
    return new SnapshotInfo(
        getSnapshot(in),
        Parts.getName(in),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getString());
  }
}
