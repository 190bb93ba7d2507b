package io.quiver.message;

import io.quiver.core.CollectionName;
import java.util.Map;
import java.util.TreeMap;

/** The encoding of requests about aliases, and of their reply. */
final class AliasEncoding {
  private static final int CHANGE_ALIASES = PointEncoding.FIRST + 6;
  private static final int LIST_ALIASES = PointEncoding.FIRST + 7;
  private static final int ALIAS_TABLE = PointEncoding.FIRST + 13;

  private static final int PUT = 1;
  private static final int DELETE = 2;
  private static final int RENAME = 3;

  private AliasEncoding() {}

  static void put(AliasRequest request, BinaryWriter out) {
    switch (request) {
      case ChangeAliases change -> {
        out.putByte(CHANGE_ALIASES);
        out.putList(change.actions(), AliasEncoding::putAction);
      }
      case ListAliases list -> out.putByte(LIST_ALIASES);
    }
  }

  static void put(AliasTable table, BinaryWriter out) {
    out.putByte(ALIAS_TABLE);
    out.putVarint(table.targets().size());
    table
        .targets()
        .forEach((alias, target) -> {
          Parts.putName(out, alias);
          Parts.putName(out, target);
        });
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case CHANGE_ALIASES ->
          new ChangeAliases(in.getList(1 + ReplyEncoding.NAME_BYTES_MIN, AliasEncoding::getAction));
      case LIST_ALIASES -> new ListAliases();
      case ALIAS_TABLE -> {
        Map<CollectionName, CollectionName> targets = new TreeMap<>();
        in.getList(
            2 * ReplyEncoding.NAME_BYTES_MIN,
            each -> targets.put(Parts.getName(each), Parts.getName(each)));
        yield new AliasTable(targets);
      }
      default -> IndexEncoding.get(tag, in);
    };
  }

  private static void putAction(BinaryWriter out, AliasAction action) {
    switch (action) {
      case AliasAction.Put put -> {
        out.putByte(PUT);
        Parts.putName(out, put.alias());
        Parts.putName(out, put.collection());
      }
      case AliasAction.Delete delete -> {
        out.putByte(DELETE);
        Parts.putName(out, delete.alias());
      }
      case AliasAction.Rename rename -> {
        out.putByte(RENAME);
        Parts.putName(out, rename.from());
        Parts.putName(out, rename.to());
      }
    }
  }

  private static AliasAction getAction(BinaryReader in) {
    int kind = in.getByte();
    return switch (kind) {
      case PUT -> new AliasAction.Put(Parts.getName(in), Parts.getName(in));
      case DELETE -> new AliasAction.Delete(Parts.getName(in));
      case RENAME -> new AliasAction.Rename(Parts.getName(in), Parts.getName(in));
      default -> throw in.invalid("a kind of alias action", kind);
    };
  }
}
