package io.quiver.rows;

import static java.util.stream.Collectors.joining;

import io.quiver.bus.QuiverClient;
import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.VectorId;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterJson;
import io.quiver.filter.FilterValue;
import io.quiver.filter.MetadataEdit;
import io.quiver.message.AliasAction;
import io.quiver.message.BackupPath;
import io.quiver.message.CancelUpload;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CompactCollection;
import io.quiver.message.CountFacets;
import io.quiver.message.CountRows;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.Explained;
import io.quiver.message.FileBytes;
import io.quiver.message.GetVectors;
import io.quiver.message.Hit;
import io.quiver.message.ImportCollection;
import io.quiver.message.IndexWork;
import io.quiver.message.MeasureRecall;
import io.quiver.message.OnError;
import io.quiver.message.OrderRows;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.RebuildIndex;
import io.quiver.message.RecommendVectors;
import io.quiver.message.Reranking;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.ShardPlan;
import io.quiver.message.SnapshotName;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteVectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rows as an embedding application calls them. */
final class BusRows implements Driver {
  private static final FieldPath K = FieldPath.of("k");
  private static final SnapshotName UPLOADED = new SnapshotName("u");

  private final QuiverClient client;
  private final CollectionName name;
  private SnapshotName snapshot = UPLOADED;
  private BackupPath backup;

  BusRows(QuiverClient client, String name) {
    this.client = client;
    this.name = new CollectionName(name);
  }

  @Override
  public void close() {}

  @Override
  public String answer(String row) throws Exception {
    return switch (row) {
      case "create" ->
          Rows.await(client.create(CollectionConfig.of(name.value(), 2, Metric.EUCLIDEAN)))
              .config()
              .name()
              .value();
      case "list" -> Rows.await(client.list()).contains(name) ? "there" : "missing";
      case "describe" -> {
        CollectionInfo info = Rows.await(client.describe(name));
        yield info.config().name()
            + " "
            + info.config().dimension()
            + " "
            + (info.config().metric() == Metric.EUCLIDEAN ? "Euclidean" : "another")
            + " "
            + info.stats().vectorCount();
      }
      case "stats" -> "" + Rows.await(client.describe(name)).stats().vectorCount();
      case "insert" -> write(WriteMode.INSERT, row("a", 1, "{\"k\":\"x\"}"));
      case "insert batch" ->
          write(
              WriteMode.INSERT,
              row("b", 2, "{\"k\":\"x\"}"),
              row("c", 3, "{\"k\":\"y\"}"),
              row("d", 4, ""));
      case "upsert" -> upsert(row("e", 5, "{\"k\":\"z\"}"));
      case "upsert points" -> upsert(row("f", 6, "{\"k\":\"z\"}"));
      case "get" -> read("a");
      case "get points" -> read("a", "nobody", "b");
      case "update" -> write(WriteMode.UPDATE, row("d", 4, "{\"k\":\"y\"}"));
      case "search" -> hits(Rows.await(client.search(near(0, 2))).hits());
      case "search reranked" ->
          Rows.await(
                  client.searchReranked(
                      new SearchReranked(near(0, 2), new Reranking(0, List.of(), 1))))
              .hits()
              .stream()
              .map(each -> each.hit().id() + " " + each.score())
              .collect(joining(", "));
      case "search explained" -> {
        Explained found =
            Rows.await(client.explain(near(0, 9).filteredBy(FilterJson.read("{\"k\":\"x\"}"))));
        ShardPlan plan = found.plans().getFirst();
        String way = plan.way().name().toLowerCase(Locale.ROOT);
        yield Rows.explained(hits(found.hits().hits()), way, plan.matches(), plan.live());
      }
      case "search batch", "search points batch" ->
          Rows.await(client.searchAll(List.of(near(0, 1), near(6, 1)))).stream()
              .map(found -> hits(found.hits()))
              .collect(joining(", "));
      case "search text" ->
          Rows.await(
                  client.searchText(new SearchText(name, "y", List.of("k"), 10, 0, false, true, 0)))
              .hits()
              .stream()
              .map(hit -> hit.id().value())
              .collect(joining(", "));
      case "search hybrid" -> {
        SearchHybrid all = SearchHybrid.of(name, DenseVector.of(0, 0), "z", 1);
        SearchHybrid asked =
            new SearchHybrid(
                name, all.vector(), "z", List.of("k"), 1, all.fusion(), true, 0, Filter.ALL);
        yield Rows.await(client.searchHybrid(asked)).hits().getFirst().id().value();
      }
      case "search groups", "search point groups" ->
          Rows.await(client.searchGroups(new SearchGroups(near(0, 9), K, 1))).groups().stream()
              .map(group -> text(group.value()) + ":" + hits(group.hits()))
              .collect(joining(", "));
      case "recommend" ->
          hits(
              Rows.await(
                      client.recommend(
                          new RecommendVectors(
                              name,
                              ids("a"),
                              List.of(),
                              ExampleStrategy.AVERAGE_VECTOR,
                              SearchOptions.DEFAULT.withLimit(2))))
                  .hits());
      case "discover" ->
          hits(
              Rows.await(
                      client.discover(
                          new DiscoverVectors(
                              name,
                              new DiscoverVectors.Target.OfVector(DenseVector.of(0, 0)),
                              List.of(),
                              SearchOptions.DEFAULT.withLimit(1))))
                  .hits());
      case "scroll" ->
          sorted(
              Rows.await(
                      client.scroll(new ScrollRows(name, Optional.empty(), 9, true, true, is("x"))))
                  .rows());
      case "scroll in order" ->
          sorted(
              Rows.await(
                      client.order(
                          new OrderRows(name, K, false, Optional.empty(), 9, true, true, is("x"))))
                  .rows());
      case "count" -> "" + Rows.await(client.count(new CountRows(name, is("x"))));
      case "facets", "facet points" ->
          Rows.await(client.facets(CountFacets.of(name, "k"))).values().stream()
              .map(facet -> text(facet.value()) + " " + facet.count())
              .collect(joining(", "));
      case "change metadata" -> merge("a");
      case "set payload" -> merge("b");
      case "delete" -> delete("f").equals("1") ? "true" : "false";
      case "delete batch" -> delete("e", "nobody");
      case "delete points" -> delete("d");
      case "delete by filter" ->
          ""
              + Rows.await(
                      client.deleteByFilter(new DeleteByFilter(name, is("y"), Durability.FSYNC)))
                  .deleted();
      case "recall" -> "" + Rows.await(client.recall(new MeasureRecall(name, 1, 2, 0, 0))).recall();
      default -> kept(row);
    };
  }

  /** What is kept of a collection and brought back; and the node. */
  private String kept(String row) throws Exception {
    CollectionName alias = new CollectionName("a-" + name);
    return switch (row) {
      case "describe index" -> word(Rows.await(client.describeIndex(name)).kind());
      case "rebuild index" ->
          done(Rows.await(client.rebuildIndex(new RebuildIndex(name, Optional.empty()))));
      case "compact" -> done(Rows.await(client.compact(new CompactCollection(name))));
      case "change aliases" ->
          there(
              Rows.await(client.changeAliases(List.of(new AliasAction.Put(alias, name))))
                  .targets()
                  .containsKey(alias));
      case "list aliases" -> there(Rows.await(client.aliases()).targets().containsKey(alias));
      case "delete alias" ->
          there(
              Rows.await(client.changeAliases(List.of(new AliasAction.Delete(alias))))
                  .targets()
                  .containsKey(alias));
      case "take snapshot" -> {
        snapshot = Rows.await(client.takeSnapshot(name)).name();
        yield "taken";
      }
      case "list snapshots" ->
          there(Rows.await(client.snapshots(name)).getFirst().name().equals(snapshot));
      case "describe snapshot" ->
          "" + Rows.await(client.describe(new DescribeSnapshot(name, snapshot))).vectorCount();
      case "download snapshot" -> {
        SnapshotName newest = Rows.await(client.snapshots(name)).getFirst().name();
        ReadSnapshot read = new ReadSnapshot(name, newest, "", 0, Rows.MAGIC.length());
        yield new String(Rows.await(client.read(read)).bytes().toArray(), StandardCharsets.UTF_8);
      }
      case "upload snapshot" -> {
        FileBytes bytes = FileBytes.of(Rows.MAGIC.getBytes(StandardCharsets.UTF_8));
        yield ""
            + Rows.await(client.upload(new UploadSnapshot(name, UPLOADED, 0, bytes)))
                .receivedBytes();
      }
      case "describe upload" ->
          "" + Rows.await(client.describe(new DescribeUpload(name, UPLOADED))).receivedBytes();
      case "cancel upload" -> {
        Rows.await(client.cancel(new CancelUpload(name, UPLOADED)));
        yield "cancelled";
      }
      case "restore snapshot" ->
          Rows.await(client.restore(new RestoreSnapshot(name, snapshot))).config().name().value();
      case "delete snapshot" -> {
        Rows.await(client.delete(new DeleteSnapshot(name, snapshot)));
        yield "deleted";
      }
      case "back up" -> {
        backup = Rows.await(client.backUp(name)).path();
        yield backup.text().startsWith(".backups/") ? "kept" : backup.text();
      }
      case "drop" -> Rows.await(client.drop(name)).name().value();
      case "list deleted" ->
          there(
              Rows.await(client.deleted()).entries().stream()
                  .anyMatch(entry -> entry.folder().startsWith(name.value())));
      case "restore" ->
          Rows.await(client.restore(RestoreCollection.asItWas(backup))).config().name().value();
      case "hard delete" -> Rows.await(client.hardDelete(name)).name().value();
      case "clean up" ->
          Rows.await(client.cleanUp(CleanUpDeleted.ofHours(0))).folders().stream()
                  .anyMatch(folder -> folder.startsWith(name.value()))
              ? "cleaned"
              : "not";
      case "import" ->
          Rows.await(
                  client.importCollection(
                      new ImportCollection(
                          "lost-" + name, CollectionConfig.of("i-" + name, 2, Metric.EUCLIDEAN))))
              .config()
              .name()
              .value();
      case "node stats" -> Rows.await(client.describeNode()).collections() > 0 ? "some" : "none";
      case "health" -> Rows.await(client.health(false)).ready() ? "OK" : "not ready";
      case "ready", "health ready" -> "" + Rows.await(client.health(false)).ready();
      case "health check", "health deep" ->
          Rows.serves(word(Rows.await(client.health(true)).status()));
      default -> new BusKeyRows(client, name).answer(row);
    };
  }

  static Row row(String id, int x, String metadata) {
    return new Row(
        new VectorId(id),
        DenseVector.of(x, 0),
        metadata.isEmpty() ? Metadata.ABSENT : Metadata.ofJson(metadata));
  }

  private String write(WriteMode mode, Row... rows) throws Exception {
    Rows.await(
        client.write(new WriteVectors(name, mode, List.of(rows), OnError.ABORT, Durability.FSYNC)));
    return Arrays.stream(rows).map(row -> row.id().value()).collect(joining(", "));
  }

  private String upsert(Row row) throws Exception {
    return "" + Rows.await(client.write(WriteVectors.upsert(name, List.of(row)))).written();
  }

  static List<VectorId> ids(String... ids) {
    return Arrays.stream(ids).map(VectorId::new).toList();
  }

  private String read(String... ids) throws Exception {
    return shown(Rows.await(client.get(new GetVectors(name, ids(ids), true, true))).rows());
  }

  static String shown(List<Row> rows) {
    List<String> shown = new ArrayList<>();
    for (Row row : rows) {
      String vector = Arrays.toString(row.vector().toArray()).replace(" ", "");
      shown.add(row.id() + " " + vector + " " + row.metadata().json());
    }
    return String.join(", ", shown);
  }

  private SearchVectors near(int x, int limit) {
    return SearchVectors.of(name, DenseVector.of(x, 0), limit);
  }

  static String hits(List<Hit> hits) {
    return hits.stream().map(hit -> hit.id() + " " + hit.distance()).collect(joining(", "));
  }

  private static String sorted(List<Row> rows) {
    return rows.stream().map(row -> row.id().value()).sorted().collect(joining(", "));
  }

  private static Filter is(String value) {
    return FilterJson.read("{\"k\":\"" + value + "\"}");
  }

  private static String text(FilterValue value) {
    return value instanceof FilterValue.Text(String text) ? text : value.toString();
  }

  private String merge(String id) throws Exception {
    ChangeMetadata change =
        new ChangeMetadata(
            name,
            ids(id),
            Filter.ALL,
            MetadataEdit.merge(Metadata.ofJson("{\"m\":\"1\"}")),
            Durability.FSYNC);
    int written = Rows.await(client.changeMetadata(change)).written();
    return written + " " + read(id).replaceFirst(".* ", "");
  }

  private String delete(String... ids) throws Exception {
    DeleteVectors delete = new DeleteVectors(name, ids(ids), Durability.FSYNC);
    return "" + Rows.await(client.delete(delete)).deleted();
  }

  /** What it came to once it is over. */
  private String done(IndexWork work) throws Exception {
    IndexWork now = work;
    while (now.phase().isUnderWay()) {
      now = Rows.await(client.describeIndex(name));
    }
    return word(work.kind()) + " " + word(now.phase());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String there(boolean is) {
    return is ? "there" : "missing";
  }
}
