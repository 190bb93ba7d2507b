package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;
import java.util.UUID;

/**
 * The one binary form of every message and command, in the log and on the event bus
 * (docs/formats/message.md): a version, the tag of the record, its components in their order. Tags
 * and enum numbers are never given to something else; what is new gets a new one.
 *
 * <p>Reading throws {@code QuiverException} INVALID_ARGUMENT for bytes that are no message. Values
 * are checked by the records themselves.
 */
public final class Encoding {
  /** The version that is written, and the only one there is to read. */
  public static final int VERSION = 1;

  static final int PUT_ROWS = 1;
  static final int DELETE_ROWS = 2;
  private static final int LOG_APPEND = 8;
  private static final int LOG_ACK = 9;
  private static final int CHANGE_EVENT = 10;
  static final int REQUEST_FIRST = 16;
  static final int REPLY_FIRST = 64;

  private Encoding() {}

  public static void write(Command command, BinaryWriter out) {
    out.putByte(VERSION);
    putCommand(command, out);
  }

  public static void write(Message message, BinaryWriter out) {
    out.putByte(VERSION);
    switch (message) {
      case Request request -> RequestEncoding.put(request, out);
      case Reply reply -> ReplyEncoding.put(reply, out);
      case LogAppend append -> putAppend(append, out);
      case LogAck ack -> {
        out.putByte(LOG_ACK);
        out.putLong(ack.lsn());
      }
      case ChangeEvent event -> putEvent(event, out);
    }
  }

  /** Reads one command that fills the rest of the source. */
  public static Command readCommand(BinaryReader in) {
    expectVersion(in);
    Command command = getCommand(in);
    in.expectEnd();
    return command;
  }

  /** Reads one message that fills the rest of the source. */
  public static Message readMessage(BinaryReader in) {
    expectVersion(in);
    int tag = in.getByte();
    Message message;
    if (tag >= OwnerEncoding.FIRST && tag <= OwnerEncoding.LAST) {
      message = OwnerEncoding.get(tag, in);
    } else if (tag >= FilterEncoding.FIRST && tag <= FilterEncoding.LAST) {
      message = FilterEncoding.get(tag, in);
    } else if (tag >= PointEncoding.FIRST && tag <= PointEncoding.LAST) {
      message = PointEncoding.get(tag, in);
    } else if (tag >= TextEncoding.FIRST && tag <= TextEncoding.LAST) {
      message = TextEncoding.get(tag, in);
    } else if (tag >= ArrangedEncoding.FIRST && tag <= ArrangedEncoding.LAST) {
      message = ArrangedEncoding.get(tag, in);
    } else if (KeyEncoding.isTag(tag)) {
      message = KeyEncoding.get(tag, in);
    } else if (ExplainEncoding.isTag(tag)) {
      message = ExplainEncoding.get(tag, in);
    } else if (tag >= REPLY_FIRST && tag != RequestEncoding.IMPORT_COLLECTION) {
      message = ReplyEncoding.get(tag, in);
    } else if (tag >= REQUEST_FIRST) {
      message = RequestEncoding.get(tag, in);
    } else {
      message = getInternal(tag, in);
    }
    in.expectEnd();
    return message;
  }

  /** A request whose tag was read and which carries no filter of its own. */
  static Message getRequest(int tag, BinaryReader in) {
    if (tag >= TextEncoding.FIRST && tag <= TextEncoding.LAST) {
      return TextEncoding.get(tag, in);
    }
    if (tag >= ArrangedEncoding.FIRST && tag <= ArrangedEncoding.LAST) {
      return ArrangedEncoding.get(tag, in);
    }
    return tag >= PointEncoding.FIRST && tag <= PointEncoding.LAST
        ? PointEncoding.get(tag, in)
        : RequestEncoding.get(tag, in);
  }

  private static void expectVersion(BinaryReader in) {
    int version = in.getByte();
    if (version != VERSION) {
      throw in.invalid("version " + VERSION, version);
    }
  }

  private static void putCommand(Command command, BinaryWriter out) {
    switch (command) {
      case PutRows put -> {
        out.putByte(PUT_ROWS);
        out.putList(put.rows(), Parts::putRow);
      }
      case DeleteRows delete -> {
        out.putByte(DELETE_ROWS);
        out.putList(delete.ids(), Parts::putId);
      }
      case ClearRows clear -> {
        out.putByte(KeyEncoding.CLEAR_ROWS);
        out.putVarint(clear.rows());
      }
    }
  }

  private static Command getCommand(BinaryReader in) {
    int tag = in.getByte();
    return switch (tag) {
      case PUT_ROWS -> new PutRows(in.getList(Parts.ROW_BYTES_MIN, Parts::getRow));
      case DELETE_ROWS -> new DeleteRows(in.getList(Parts.ID_BYTES_MIN, Parts::getId));
      case KeyEncoding.CLEAR_ROWS -> new ClearRows(in.getVarint());
      default -> throw in.invalid("the tag of a command", tag);
    };
  }

  private static void putAppend(LogAppend append, BinaryWriter out) {
    out.putByte(LOG_APPEND);
    out.putLong(append.collection().getMostSignificantBits());
    out.putLong(append.collection().getLeastSignificantBits());
    out.putByte(Wire.of(append.durability()));
    putCommand(append.command(), out);
  }

  private static void putEvent(ChangeEvent event, BinaryWriter out) {
    out.putByte(CHANGE_EVENT);
    out.putString(event.collection().value());
    out.putByte(Wire.of(event.kind()));
    out.putLong(event.lsn());
    out.putList(event.ids(), Parts::putId);
  }

  private static Message getInternal(int tag, BinaryReader in) {
    return switch (tag) {
      case LOG_APPEND -> {
        UUID collection = new UUID(in.getLong(), in.getLong());
        Durability durability = Wire.durability(in);
        yield new LogAppend(collection, getCommand(in), durability);
      }
      case LOG_ACK -> new LogAck(in.getLong());
      case CHANGE_EVENT ->
          new ChangeEvent(
              new CollectionName(in.getString()),
              Wire.changeKind(in),
              in.getLong(),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId));
      default -> throw in.invalid("the tag of a message", tag);
    };
  }
}
