package io.quiver.testkit;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import io.quiver.core.Durability;
import io.quiver.core.ErrorCode;
import io.quiver.core.Metadata;
import io.quiver.core.Metric;
import io.quiver.core.Owner;
import io.quiver.core.Quantization;
import io.quiver.core.VectorId;
import io.quiver.core.VectorType;
import io.quiver.filter.FieldPath;
import io.quiver.filter.Filter;
import io.quiver.filter.FilterParser;
import io.quiver.filter.FilterValue;
import io.quiver.filter.GeoPoint;
import io.quiver.filter.MetadataEdit;
import io.quiver.filter.RandomFilters;
import io.quiver.message.AliasAction;
import io.quiver.message.AliasTable;
import io.quiver.message.BackUpCollection;
import io.quiver.message.BackedUp;
import io.quiver.message.BackupPath;
import io.quiver.message.BatchHits;
import io.quiver.message.BatchSearch;
import io.quiver.message.Boost;
import io.quiver.message.CancelUpload;
import io.quiver.message.ChangeAliases;
import io.quiver.message.ChangeEvent;
import io.quiver.message.ChangeMetadata;
import io.quiver.message.CheckHealth;
import io.quiver.message.CleanUpDeleted;
import io.quiver.message.CleanedUp;
import io.quiver.message.ClearCollection;
import io.quiver.message.ClearRows;
import io.quiver.message.CollectionConfig;
import io.quiver.message.CollectionInfo;
import io.quiver.message.CollectionNames;
import io.quiver.message.CollectionStats;
import io.quiver.message.Command;
import io.quiver.message.CompactCollection;
import io.quiver.message.CountFacets;
import io.quiver.message.CountRows;
import io.quiver.message.Counted;
import io.quiver.message.CreateCollection;
import io.quiver.message.DeleteAck;
import io.quiver.message.DeleteByFilter;
import io.quiver.message.DeleteIf;
import io.quiver.message.DeleteRows;
import io.quiver.message.DeleteSnapshot;
import io.quiver.message.DeleteVectors;
import io.quiver.message.DeletedCollections;
import io.quiver.message.DescribeCollection;
import io.quiver.message.DescribeIndex;
import io.quiver.message.DescribeNode;
import io.quiver.message.DescribeSnapshot;
import io.quiver.message.DescribeUpload;
import io.quiver.message.DiscoverVectors;
import io.quiver.message.DiscoverVectors.ContextPair;
import io.quiver.message.DiscoverVectors.Target;
import io.quiver.message.DropCollection;
import io.quiver.message.Dropped;
import io.quiver.message.Effort;
import io.quiver.message.ExampleStrategy;
import io.quiver.message.ExplainSearch;
import io.quiver.message.Explained;
import io.quiver.message.Facets;
import io.quiver.message.Failure;
import io.quiver.message.FileBytes;
import io.quiver.message.FoundVectors;
import io.quiver.message.FusionOptions;
import io.quiver.message.FusionStrategy;
import io.quiver.message.GetVectors;
import io.quiver.message.GroupedHits;
import io.quiver.message.HardDelete;
import io.quiver.message.HealthReport;
import io.quiver.message.Hit;
import io.quiver.message.HybridHit;
import io.quiver.message.HybridHits;
import io.quiver.message.ImportCollection;
import io.quiver.message.IndexParams;
import io.quiver.message.IndexWork;
import io.quiver.message.ListAliases;
import io.quiver.message.ListCollections;
import io.quiver.message.ListDeleted;
import io.quiver.message.ListSnapshots;
import io.quiver.message.LogAck;
import io.quiver.message.LogAppend;
import io.quiver.message.ManifestInfo;
import io.quiver.message.MeasureRecall;
import io.quiver.message.MeasuredRecall;
import io.quiver.message.Message;
import io.quiver.message.NodeInfo;
import io.quiver.message.OnError;
import io.quiver.message.OrderCursor;
import io.quiver.message.OrderRows;
import io.quiver.message.OrderedRows;
import io.quiver.message.Precondition;
import io.quiver.message.PublishSnapshot;
import io.quiver.message.PutRows;
import io.quiver.message.RangeHits;
import io.quiver.message.ReadRows;
import io.quiver.message.ReadSnapshot;
import io.quiver.message.RebuildIndex;
import io.quiver.message.RecommendVectors;
import io.quiver.message.RerankedHits;
import io.quiver.message.Reranking;
import io.quiver.message.RestoreCollection;
import io.quiver.message.RestoreSnapshot;
import io.quiver.message.Row;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrollVersions;
import io.quiver.message.ScrolledRows;
import io.quiver.message.ScrubInfo;
import io.quiver.message.SearchByExamples;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchHits;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchOptions;
import io.quiver.message.SearchRange;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.SearchVersions;
import io.quiver.message.ShardPlan;
import io.quiver.message.SnapshotDeleted;
import io.quiver.message.SnapshotInfo;
import io.quiver.message.SnapshotList;
import io.quiver.message.SnapshotName;
import io.quiver.message.SnapshotPart;
import io.quiver.message.TakeSnapshot;
import io.quiver.message.TextHit;
import io.quiver.message.TextHits;
import io.quiver.message.UploadSnapshot;
import io.quiver.message.UploadState;
import io.quiver.message.VersionedRows;
import io.quiver.message.WriteAck;
import io.quiver.message.WriteIf;
import io.quiver.message.WriteMode;
import io.quiver.message.WriteOutcome;
import io.quiver.message.WriteVectors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Seeded instances of every message and command, with texts of one to four UTF-8 bytes a char. */
public final class RandomMessages {
  private static final String[] LETTERS = {"a", "Z", "7", " ", "\"", "é", "ß", "水", "😀", "\\"};

  private final SplittableRandom random;

  public RandomMessages(long seed) {
    random = new SplittableRandom(seed);
  }

  /** One message of each type, in no meaningful order. */
  public List<Message> oneOfEach() {
    return Stream.of(requests(), keyed(), pointRequests(), replies(), pointReplies(), internals())
        .flatMap(s -> s)
        .toList();
  }

  public List<Command> commands() {
    return List.of(
        new PutRows(rows(8)),
        new DeleteRows(ids(8)),
        new PutRows(List.of()),
        new ClearRows(random.nextInt(1 << 20)));
  }

  private Stream<Message> requests() {
    return Stream.of(
        new CreateCollection(config()),
        new CreateCollection(config(), owner()),
        new ImportCollection("/" + text(9), config()),
        new DropCollection(name()),
        new ListCollections(),
        new DescribeCollection(name()),
        new DescribeNode(),
        new CheckHealth(random.nextBoolean()),
        new HardDelete(name()),
        new TakeSnapshot(name()),
        new ListSnapshots(name()),
        new DescribeSnapshot(name(), snapshot()),
        new DeleteSnapshot(name(), snapshot()),
        new RestoreSnapshot(name(), snapshot()),
        new ReadSnapshot(name(), snapshot(), text(8), random.nextLong(1L << 40), 7),
        new UploadSnapshot(name(), snapshot(), random.nextLong(1L << 40), fileBytes()),
        new PublishSnapshot(name(), snapshot()),
        new DescribeUpload(name(), snapshot()),
        new CancelUpload(name(), snapshot()),
        new ListDeleted(),
        new RestoreCollection(new BackupPath(".deleted/c_" + random.nextInt(99)), name()),
        CleanUpDeleted.ofHours(random.nextInt(100)),
        new BackUpCollection(name()),
        new WriteVectors(
            name(), any(WriteMode.values()), rows(8), any(OnError.values()), durability()),
        new DeleteVectors(name(), ids(9), durability()),
        new GetVectors(name(), ids(3), random.nextBoolean(), random.nextBoolean()),
        search());
  }

  private Stream<Message> keyed() {
    List<VectorId> distinct = Stream.generate(this::id).distinct().limit(3).toList();
    WriteVectors write =
        new WriteVectors(name(), WriteMode.UPSERT, rows(3), any(OnError.values()), durability());
    Precondition[] conditions = {
      Precondition.NONE, Precondition.ABSENT, new Precondition.AtVersion(1 + random.nextInt(99))
    };
    ScrollRows scroll = new ScrollRows(name(), Optional.of(id()), 7, true, false, filter());
    return Stream.of(
        new WriteIf(write, write.rows().stream().map(row -> any(conditions)).toList()),
        new DeleteIf(
            new DeleteVectors(name(), distinct, durability()),
            List.of(conditions[0], conditions[2], conditions[2]),
            any(OnError.values())),
        new ClearCollection(name(), durability()),
        new ReadRows(name(), ids(3), random.nextBoolean(), random.nextBoolean()),
        new ScrollVersions(scroll),
        new SearchVersions(search()),
        new SearchRange(
            name(),
            vector(),
            (float) random.nextDouble(),
            random.nextInt(1, 9_999),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextLong(3_600_001),
            filter()),
        new WriteOutcome(
            random.nextLong(1L << 40),
            random.nextLong(1L << 40),
            random.nextInt(99),
            List.of(new WriteAck.Refused(1, id(), ErrorCode.VERSION_CONFLICT, text(5)))),
        new VersionedRows(
            List.of(new Row(id(), vector(), metadata())),
            List.of(random.nextLong(1L << 40)),
            random.nextBoolean() ? Optional.empty() : Optional.of(id())),
        new RangeHits(hits(), random.nextBoolean()),
        new SearchHits(List.of(hit().at(1 + random.nextLong(1L << 40))), List.of()));
  }

  private SearchVectors search() {
    return new SearchVectors(
        name(),
        vector(),
        random.nextInt(1, 10_001),
        random.nextInt(100_001),
        random.nextInt(10_001),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean() ? Float.POSITIVE_INFINITY : (float) random.nextDouble(),
        random.nextLong(3_600_001),
        new Effort(random.nextBoolean(), random.nextBoolean() ? 0 : random.nextInt(1, 101), 0),
        filter());
  }

  private Stream<Message> pointRequests() {
    List<VectorId> distinct = Stream.generate(this::id).distinct().limit(5).toList();
    return Stream.of(
        new RecommendVectors(
            name(),
            distinct.subList(0, random.nextInt(1, 3)),
            distinct.subList(3, random.nextInt(3, 6)),
            any(ExampleStrategy.values()),
            options()),
        new DiscoverVectors(
            name(),
            random.nextBoolean() ? new Target.OfId(id()) : new Target.OfVector(vector()),
            some(1, () -> new ContextPair(distinct.get(0), distinct.get(1))),
            options()),
        new SearchByExamples(
            name(),
            random.nextBoolean() ? DenseVector.NONE : vector(),
            List.of(vector(), vector()),
            some(3, this::vector),
            any(ExampleStrategy.values()),
            ids(4),
            options()),
        new BatchSearch(List.of(search(), search())),
        new DeleteByFilter(name(), ids(4), FilterParser.parse(Map.of("a", text(3))), durability()),
        new ChangeMetadata(
            name(),
            distinct,
            filter(),
            random.nextBoolean()
                ? MetadataEdit.set(Metadata.ofJson("{\"a\":" + random.nextInt() + "}"))
                : new MetadataEdit(false, Metadata.ofJson("{\"a\":1}"), List.of(text(3), "b")),
            durability()),
        new CountRows(name(), filter()),
        new SearchGroups(
            SearchVectors.of(name(), vector(), random.nextInt(1, 100)).filteredBy(filter()),
            path(),
            random.nextInt(1, 100)),
        new OrderRows(
            name(),
            path(),
            random.nextBoolean(),
            random.nextBoolean() ? Optional.empty() : Optional.of(cursor()),
            random.nextInt(1, 10_001),
            random.nextBoolean(),
            random.nextBoolean(),
            filter()),
        new SearchReranked(
            SearchVectors.of(name(), vector(), random.nextInt(1, 500)).filteredBy(filter()),
            new Reranking(random.nextInt(500, 10_001), some(4, this::boost), 0.25f)),
        new CountFacets(
            name(), path(), random.nextInt(1, 10_001), random.nextLong(3_600_001), filter()),
        new ExplainSearch(search()),
        new SearchText(
            name(),
            text(20),
            List.of("a" + random.nextInt(9), "b.c"),
            random.nextInt(1, 500),
            random.nextInt(501),
            random.nextBoolean(),
            random.nextBoolean(),
            random.nextLong(3_600_001),
            filter()),
        new SearchHybrid(
            name(),
            vector(),
            text(20),
            List.of("a" + random.nextInt(9)),
            random.nextInt(1, 10_001),
            new FusionOptions(
                any(FusionStrategy.values()),
                random.nextInt(9),
                1 + random.nextInt(9),
                random.nextInt(1, 10_001)),
            random.nextBoolean(),
            random.nextLong(3_600_001),
            filter()),
        new MeasureRecall(name(), random.nextInt(1, 101), random.nextInt(2, 1_001), 0, 0.75f),
        new ListAliases(),
        new CompactCollection(name()),
        new DescribeIndex(name()),
        new RebuildIndex(
            name(), random.nextBoolean() ? Optional.empty() : Optional.of(config().index())),
        new ChangeAliases(
            List.of(
                new AliasAction.Put(name(), name()),
                new AliasAction.Delete(name()),
                new AliasAction.Rename(name(), name()))),
        new ScrollRows(
            name(),
            random.nextBoolean() ? Optional.empty() : Optional.of(id()),
            random.nextInt(1, 10_001),
            random.nextBoolean(),
            random.nextBoolean(),
            filter()));
  }

  private OrderCursor cursor() {
    return new OrderCursor(random.nextBoolean() ? Optional.empty() : Optional.of(value()), id());
  }

  private Boost boost() {
    Boost.Origin origin =
        switch (random.nextInt(3)) {
          case 0 -> new Boost.Origin.OfNumber(random.nextDouble());
          case 1 -> new Boost.Origin.OfMoment(random.nextLong());
          default -> new Boost.Origin.OfPlace(new GeoPoint(random.nextInt(90), 7.5));
        };
    return new Boost(path(), any(Boost.Shape.values()), origin, 1.5, random.nextInt(3), 0.5, 2);
  }

  private FieldPath path() {
    return FieldPath.of("a" + random.nextInt(9), text(5) + "b");
  }

  private FilterValue value() {
    return switch (random.nextInt(4)) {
      case 0 -> FilterValue.of(text(5));
      case 1 -> FilterValue.of(random.nextLong());
      case 2 -> FilterValue.of(random.nextDouble());
      default -> FilterValue.of(random.nextBoolean());
    };
  }

  private SearchOptions options() {
    return new SearchOptions(
        random.nextInt(1, 10_001),
        random.nextInt(100_001),
        random.nextInt(10_001),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextBoolean(),
        random.nextLong(3_600_001),
        filter());
  }

  private Filter filter() {
    RandomFilters filters = new RandomFilters(random.nextLong());
    return random.nextInt(3) == 0
        ? Filter.ALL
        : FilterParser.parse(filters.filter(random.nextInt(4), true));
  }

  private Stream<Message> pointReplies() {
    return Stream.of(
        new BatchHits(some(3, this::hits)),
        new Counted(random.nextLong()),
        new GroupedHits(some(4, () -> new GroupedHits.Group(value(), List.of(hit(), hit())))),
        new OrderedRows(
            some(4, () -> row(vector())),
            random.nextBoolean() ? Optional.empty() : Optional.of(cursor())),
        new RerankedHits(
            some(4, () -> new RerankedHits.Scored(hit(), (float) random.nextDouble()))),
        new Facets(
            some(5, () -> new Facets.Facet(value(), random.nextLong(1L << 40))),
            random.nextLong(1L << 40)),
        new TextHits(
            some(
                4,
                () ->
                    new TextHit(
                        id(),
                        (float) random.nextDouble(),
                        metadata(),
                        random.nextBoolean() ? Map.of() : Map.of(text(4), List.of(text(9)))))),
        new Explained(hits(), some(3, this::plan)),
        new HybridHits(
            some(
                4,
                () ->
                    new HybridHit(
                        id(),
                        random.nextBoolean() ? Float.NaN : (float) random.nextDouble(),
                        (float) random.nextDouble(),
                        (float) random.nextDouble(),
                        metadata()))),
        new MeasuredRecall(random.nextDouble(), 0.25, 0.75, random.nextInt(9), random.nextInt(99)),
        new ScrolledRows(
            some(4, () -> row(random.nextBoolean() ? vector() : DenseVector.NONE)),
            random.nextBoolean() ? Optional.empty() : Optional.of(id())));
  }

  private SearchHits hits() {
    return new SearchHits(some(12, this::hit), some(3, () -> random.nextInt(64)));
  }

  private ShardPlan plan() {
    ShardPlan.Way[] ways = ShardPlan.Way.values();
    ShardPlan.FilterSource[] sources = ShardPlan.FilterSource.values();
    return new ShardPlan(
        ways[random.nextInt(ways.length)],
        sources[random.nextInt(sources.length)],
        random.nextInt(9),
        random.nextInt(99),
        random.nextInt(999),
        random.nextInt(9_999),
        random.nextInt(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong());
  }

  private SnapshotName snapshot() {
    return new SnapshotName("s" + random.nextInt(1_000));
  }

  private FileBytes fileBytes() {
    byte[] bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return FileBytes.owning(bytes);
  }

  private SnapshotInfo snapshotInfo() {
    return new SnapshotInfo(
        snapshot(), name(), random.nextLong(), random.nextLong(), random.nextLong(), text(8));
  }

  private Owner owner() {
    return new Owner("o" + text(9));
  }

  private ScrubInfo scrub() {
    return new ScrubInfo(
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong());
  }

  private Stream<Message> replies() {
    return Stream.of(
        new CollectionInfo(config(), stats(), some(3, this::name)),
        new CollectionInfo(config(), stats(), some(3, this::name))
            .with(
                new ManifestInfo(
                    owner(), random.nextLong(), random.nextLong(), random.nextInt(1, 99))),
        new AliasTable(Map.of(name(), name())),
        new IndexWork(
            any(IndexWork.Kind.values()),
            any(IndexWork.Phase.values()),
            random.nextLong(),
            random.nextLong(),
            random.nextLong(),
            text(9)),
        new CollectionNames(some(5, this::name)),
        new NodeInfo(
            text(12),
            random.nextLong(),
            random.nextInt(),
            random.nextLong(),
            random.nextLong(),
            random.nextLong(),
            scrub()),
        new HealthReport(random.nextBoolean(), some(4, this::component)),
        new Dropped(name()),
        snapshotInfo(),
        new SnapshotList(some(3, this::snapshotInfo)),
        new SnapshotDeleted(name(), snapshot()),
        new SnapshotPart(random.nextLong(), text(8), fileBytes()),
        new UploadState(snapshot(), random.nextLong(), random.nextLong()),
        new DeletedCollections(
            some(
                3,
                () -> new DeletedCollections.Entry(text(9), random.nextLong(), random.nextLong()))),
        new CleanedUp(some(3, () -> text(9))),
        new BackedUp(name(), new BackupPath("c_" + random.nextInt(99))),
        new WriteAck(random.nextLong(), random.nextInt(100_001), some(4, this::refused)),
        new DeleteAck(random.nextLong(), random.nextInt(100_001)),
        new FoundVectors(some(4, () -> row(random.nextBoolean() ? vector() : DenseVector.NONE))),
        hits(),
        new Failure(any(ErrorCode.values()), text(60), Map.of(text(5), text(20), "got", text(9))));
  }

  private Stream<Message> internals() {
    return Stream.of(
        new LogAppend(uuid(), new PutRows(rows(5)), durability()),
        new LogAppend(uuid(), new DeleteRows(ids(5)), durability()),
        new LogAck(random.nextLong()),
        new ChangeEvent(name(), any(ChangeEvent.Kind.values()), random.nextLong(), ids(4)));
  }

  private CollectionConfig config() {
    Metric metric = any(Metric.values());
    int dimension = random.nextInt(1, 65_537);
    return new CollectionConfig(
        name(),
        dimension,
        metric,
        any(VectorType.values()),
        new IndexParams(
            random.nextInt(2, 129),
            random.nextInt(1, 4_001),
            random.nextInt(1, 10_001),
            random.nextInt(1, 33)),
        random.nextInt(1, 65),
        quantization(metric, dimension));
  }

  private Quantization quantization(Metric metric, int dimension) {
    int kinds = metric == Metric.MANHATTAN ? 3 : 5;
    return switch (random.nextInt(kinds)) {
      case 0 -> new Quantization.Auto();
      case 1 -> new Quantization.None();
      case 2 -> new Quantization.Product(random.nextInt(1, dimension + 1), random.nextInt(2, 257));
      case 3 -> new Quantization.Scalar();
      default -> new Quantization.Binary();
    };
  }

  private CollectionStats stats() {
    return new CollectionStats(
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        random.nextLong(),
        sizes(),
        sizes());
  }

  private Map<String, Long> sizes() {
    Map<String, Long> sizes = new TreeMap<>();
    some(4, () -> sizes.put(text(6), random.nextLong()));
    return sizes;
  }

  private HealthReport.Component component() {
    return new HealthReport.Component(
        text(8), any(HealthReport.Status.values()), text(30), random.nextLong());
  }

  private WriteAck.Refused refused() {
    return new WriteAck.Refused(
        random.nextInt(100_000), id(), any(ErrorCode.values()), text(random.nextInt(40)));
  }

  private Hit hit() {
    return new Hit(
        id(),
        (float) random.nextDouble(),
        metadata(),
        random.nextBoolean() ? vector() : DenseVector.NONE);
  }

  private List<Row> rows(int countMax) {
    return Stream.generate(() -> row(vector())).limit(random.nextInt(1, countMax + 1)).toList();
  }

  private Row row(DenseVector vector) {
    return new Row(id(), vector, metadata());
  }

  private List<VectorId> ids(int countMax) {
    return Stream.generate(this::id).limit(random.nextInt(1, countMax + 1)).toList();
  }

  private VectorId id() {
    return new VectorId(random.nextBoolean() ? uuid().toString() : text(random.nextInt(1, 64)));
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private DenseVector vector() {
    float[] components = new float[random.nextInt(1, 40)];
    for (int i = 0; i < components.length; i++) {
      components[i] = (float) random.nextDouble(-1e6, 1e6);
    }
    return DenseVector.owning(components);
  }

  private Metadata metadata() {
    return random.nextInt(3) == 0
        ? Metadata.ABSENT
        : Metadata.ofJson("{\"k\":\"" + text(20).replace("\\", "").replace("\"", "") + "\"}");
  }

  private CollectionName name() {
    return new CollectionName("c" + random.nextInt(1_000_000) + "-x");
  }

  private Durability durability() {
    return any(Durability.values());
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, length).forEach(i -> text.append(any(LETTERS)));
    return text.toString();
  }

  private <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private <T> List<T> some(int countMax, Supplier<T> one) {
    return Stream.generate(one).limit(random.nextInt(countMax + 1)).toList();
  }
}
