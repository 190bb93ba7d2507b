package io.quiver.message;

import io.quiver.core.Owner;

/** The encoding of messages that tell an owner: those that do not are written as ever. */
final class OwnerEncoding {
  static final int FIRST = 150;
  static final int LAST = 159;

  private static final int CREATE_OWNED = FIRST;
  private static final int COLLECTION_AND_MANIFEST = FIRST + 1;

  private OwnerEncoding() {}

  static void put(CreateCollection create, BinaryWriter out) {
    out.putByte(CREATE_OWNED);
    Parts.putConfig(out, create.config());
    out.putString(create.owner().value());
  }

  static void put(CollectionInfo info, BinaryWriter out) {
    out.putByte(COLLECTION_AND_MANIFEST);
    ReplyEncoding.putInfo(info, out);
    ManifestInfo manifest = info.manifest();
    out.putString(manifest.owner().value());
    out.putLong(manifest.createdAtMillis());
    out.putLong(manifest.updatedAtMillis());
    out.putInt(manifest.schemaVersion());
  }

  static Message get(int tag, BinaryReader in) {
    return switch (tag) {
      case CREATE_OWNED -> new CreateCollection(Parts.getConfig(in), new Owner(in.getString()));
      case COLLECTION_AND_MANIFEST ->
          ReplyEncoding.getInfo(in)
              .with(
                  new ManifestInfo(
                      new Owner(in.getString()), in.getLong(), in.getLong(), in.getInt()));
      default -> throw in.invalid("the tag of a message", tag);
    };
  }
}
