package io.quiver.message;

/** The encoding of what concerns recovery: one tag for requests, one for replies, then a kind. */
final class RecoveryEncoding {
  static final int REQUEST = 60;
  static final int REPLY = 74;

  private static final int HARD_DELETE = 1;
  private static final int LIST_DELETED = 2;
  private static final int RESTORE = 3;
  private static final int CLEAN_UP = 4;
  private static final int BACK_UP = 5;

  private static final int DELETED = 1;
  private static final int CLEANED_UP = 2;
  private static final int BACKED_UP = 3;

  /** A text and two times. */
  private static final int ENTRY_BYTES_MIN = 1 + 2 * Long.BYTES;

  private RecoveryEncoding() {}

  static void put(RecoveryRequest request, BinaryWriter out) {
    out.putByte(REQUEST);
    switch (request) {
      case HardDelete delete -> {
        out.putByte(HARD_DELETE);
        Parts.putName(out, delete.name());
      }
      case ListDeleted list -> out.putByte(LIST_DELETED);
      case RestoreCollection restore -> {
        out.putByte(RESTORE);
        out.putString(restore.path().text());
        Parts.putName(out, restore.name());
      }
      case CleanUpDeleted clean -> {
        out.putByte(CLEAN_UP);
        out.putLong(clean.retentionMillis());
      }
      case BackUpCollection backUp -> {
        out.putByte(BACK_UP);
        Parts.putName(out, backUp.name());
      }
    }
  }

  static RecoveryRequest getRequest(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case HARD_DELETE -> new HardDelete(Parts.getName(in));
      case LIST_DELETED -> new ListDeleted();
      case RESTORE -> new RestoreCollection(new BackupPath(in.getString()), Parts.getName(in));
      case CLEAN_UP -> new CleanUpDeleted(in.getLong());
      case BACK_UP -> new BackUpCollection(Parts.getName(in));
      default -> throw in.invalid("a kind of recovery request", kind);
    };
  }

  static void put(RecoveryReply reply, BinaryWriter out) {
    out.putByte(REPLY);
    switch (reply) {
      case DeletedCollections deleted -> {
        out.putByte(DELETED);
        out.putList(
            deleted.entries(),
            (to, entry) -> {
              to.putString(entry.folder());
              to.putLong(entry.deletedMillis());
              to.putLong(entry.ageMillis());
            });
      }
      case CleanedUp cleaned -> {
        out.putByte(CLEANED_UP);
        out.putList(cleaned.folders(), BinaryWriter::putString);
      }
      case BackedUp backedUp -> {
        out.putByte(BACKED_UP);
        Parts.putName(out, backedUp.collection());
        out.putString(backedUp.path().text());
      }
    }
  }

  static RecoveryReply getReply(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case DELETED ->
          new DeletedCollections(
              in.getList(
                  ENTRY_BYTES_MIN,
                  from ->
                      new DeletedCollections.Entry(
                          from.getString(), from.getLong(), from.getLong())));
      case CLEANED_UP -> new CleanedUp(in.getList(1, BinaryReader::getString));
      case BACKED_UP -> new BackedUp(Parts.getName(in), new BackupPath(in.getString()));
      default -> throw in.invalid("a kind of recovery reply", kind);
    };
  }
}
