package io.quiver.message;

import io.quiver.core.Owner;

/** The encoding of requests. */
final class RequestEncoding {
  private static final int CREATE_COLLECTION = Encoding.REQUEST_FIRST;
  private static final int DROP_COLLECTION = CREATE_COLLECTION + 1;
  private static final int LIST_COLLECTIONS = CREATE_COLLECTION + 2;
  private static final int DESCRIBE_COLLECTION = CREATE_COLLECTION + 3;
  private static final int DESCRIBE_NODE = CREATE_COLLECTION + 4;
  private static final int CHECK_HEALTH = CREATE_COLLECTION + 5;
  private static final int WRITE_VECTORS = CREATE_COLLECTION + 6;
  private static final int DELETE_VECTORS = CREATE_COLLECTION + 7;
  private static final int GET_VECTORS = CREATE_COLLECTION + 8;
  private static final int SEARCH_VECTORS = CREATE_COLLECTION + 9;

  /** Behind the tags of replies: those before were given away. */
  static final int IMPORT_COLLECTION = 80;

  private RequestEncoding() {}

  static void put(Request request, BinaryWriter out) {
    if (request instanceof Filtered<?> filtered && filtered.isFiltered()) {
      FilterEncoding.putFiltered(filtered, out);
      return;
    }
    switch (request) {
      case CreateCollection create when !create.owner().equals(Owner.NONE) ->
          OwnerEncoding.put(create, out);
      case CreateCollection create -> {
        out.putByte(CREATE_COLLECTION);
        Parts.putConfig(out, create.config());
      }
      case ImportCollection load -> {
        out.putByte(IMPORT_COLLECTION);
        out.putString(load.orphanedPath());
        Parts.putConfig(out, load.config());
      }
      case DropCollection drop -> {
        out.putByte(DROP_COLLECTION);
        Parts.putName(out, drop.name());
      }
      case ListCollections list -> out.putByte(LIST_COLLECTIONS);
      case DescribeCollection describe -> {
        out.putByte(DESCRIBE_COLLECTION);
        Parts.putName(out, describe.name());
      }
      case DescribeNode describe -> out.putByte(DESCRIBE_NODE);
      case CheckHealth check -> {
        out.putByte(CHECK_HEALTH);
        out.putBoolean(check.deep());
      }
      case WriteVectors write -> putWrite(write, out);
      case DeleteVectors delete -> putDelete(delete, out);
      case GetVectors get -> putGet(get, out);
      case RecoveryRequest recovery -> RecoveryEncoding.put(recovery, out);
      case SnapshotRequest snapshot -> SnapshotEncoding.put(snapshot, out);
      case SearchVectors search -> {
        out.putByte(SEARCH_VECTORS);
        putSearchParts(out, search);
      }
      case AliasRequest aliases -> AliasEncoding.put(aliases, out);
      case IndexRequest index -> IndexEncoding.put(index, out);
      case PointRequest point -> PointEncoding.put(point, out);
      case TextRequest text -> TextEncoding.put(text, out);
      case ArrangedRequest arranged -> ArrangedEncoding.put(arranged, out);
      case ExplainSearch explain -> ExplainEncoding.put(explain, out);
      case RowsRequest rows -> FilterEncoding.put(rows, out);
      case KeyRequest key -> KeyEncoding.put(key, out);
    }
  }

  static Request get(int tag, BinaryReader in) {
    return switch (tag) {
      case CREATE_COLLECTION -> new CreateCollection(Parts.getConfig(in));
      case IMPORT_COLLECTION -> new ImportCollection(in.getString(), Parts.getConfig(in));
      case DROP_COLLECTION -> new DropCollection(Parts.getName(in));
      case LIST_COLLECTIONS -> new ListCollections();
      case DESCRIBE_COLLECTION -> new DescribeCollection(Parts.getName(in));
      case DESCRIBE_NODE -> new DescribeNode();
      case CHECK_HEALTH -> new CheckHealth(in.getBoolean());
      case WRITE_VECTORS ->
          new WriteVectors(
              Parts.getName(in),
              Wire.writeMode(in),
              in.getList(Parts.ROW_BYTES_MIN, Parts::getRow),
              Wire.onError(in),
              Wire.durability(in));
      case DELETE_VECTORS ->
          new DeleteVectors(
              Parts.getName(in), in.getList(Parts.ID_BYTES_MIN, Parts::getId), Wire.durability(in));
      case GET_VECTORS ->
          new GetVectors(
              Parts.getName(in),
              in.getList(Parts.ID_BYTES_MIN, Parts::getId),
              in.getBoolean(),
              in.getBoolean());
      case SEARCH_VECTORS -> getSearch(in);
      case RecoveryEncoding.REQUEST -> RecoveryEncoding.getRequest(in);
      case SnapshotEncoding.REQUEST -> SnapshotEncoding.getRequest(in);
      default -> throw in.invalid("the tag of a request", tag);
    };
  }

  private static void putWrite(WriteVectors write, BinaryWriter out) {
    out.putByte(WRITE_VECTORS);
    Parts.putName(out, write.collection());
    out.putByte(Wire.of(write.mode()));
    out.putList(write.rows(), Parts::putRow);
    out.putByte(Wire.of(write.onError()));
    out.putByte(Wire.of(write.durability()));
  }

  private static void putDelete(DeleteVectors delete, BinaryWriter out) {
    out.putByte(DELETE_VECTORS);
    Parts.putName(out, delete.collection());
    out.putList(delete.ids(), Parts::putId);
    out.putByte(Wire.of(delete.durability()));
  }

  private static void putGet(GetVectors get, BinaryWriter out) {
    out.putByte(GET_VECTORS);
    Parts.putName(out, get.collection());
    out.putList(get.ids(), Parts::putId);
    out.putBoolean(get.withVectors());
    out.putBoolean(get.withMetadata());
  }

  static void putSearchParts(BinaryWriter out, SearchVectors search) {
    Parts.putName(out, search.collection());
    out.putVector(search.vector());
    out.putVarint(search.limit());
    out.putVarint(search.offset());
    out.putVarint(search.efSearch());
    out.putBoolean(search.exact());
    out.putBoolean(search.withVectors());
    out.putBoolean(search.withMetadata());
    out.putFloat(search.maxDistance());
    out.putLong(search.deadlineMillis());
    out.putBoolean(search.effort().rescore());
    out.putFloat(search.effort().oversampling());
    out.putFloat(search.effort().targetRecall());
  }

  static SearchVectors getSearch(BinaryReader in) {
    return new SearchVectors(
        Parts.getName(in),
        in.getVector(),
        in.getVarint(),
        in.getVarint(),
        in.getVarint(),
        in.getBoolean(),
        in.getBoolean(),
        in.getBoolean(),
        in.getFloat(),
        in.getLong(),
        new Effort(in.getBoolean(), in.getFloat(), in.getFloat()));
  }
}
