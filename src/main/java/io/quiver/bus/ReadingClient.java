package io.quiver.bus;

import io.quiver.message.CountFacets;
import io.quiver.message.CountRows;
import io.quiver.message.Counted;
import io.quiver.message.ExplainSearch;
import io.quiver.message.Explained;
import io.quiver.message.Facets;
import io.quiver.message.GroupedHits;
import io.quiver.message.HybridHits;
import io.quiver.message.MeasureRecall;
import io.quiver.message.MeasuredRecall;
import io.quiver.message.OfCollection;
import io.quiver.message.OrderRows;
import io.quiver.message.OrderedRows;
import io.quiver.message.Request;
import io.quiver.message.RerankedHits;
import io.quiver.message.ScrollRows;
import io.quiver.message.ScrolledRows;
import io.quiver.message.SearchGroups;
import io.quiver.message.SearchHybrid;
import io.quiver.message.SearchReranked;
import io.quiver.message.SearchText;
import io.quiver.message.SearchVectors;
import io.quiver.message.TextHits;
import io.vertx.core.Future;

/**
 * The part of a {@link QuiverClient} that reads a collection as a whole, in one place. Thread-safe.
 */
abstract class ReadingClient extends KeepingClient {
  /** Asks where the collection is read. */
  abstract <Q extends Request & OfCollection<Q>, T> Future<T> read(Q request, Class<T> type);

  /** Reads all rows, a page at a time; see {@link ScrollRows}. */
  public Future<ScrolledRows> scroll(ScrollRows scroll) {
    return read(scroll, ScrolledRows.class);
  }

  /** Finds rows by the texts in their metadata; see {@link SearchText}. */
  public Future<TextHits> searchText(SearchText search) {
    return read(search, TextHits.class);
  }

  /** Searches, and tells how it was done; see {@link ExplainSearch}. */
  public Future<Explained> explain(SearchVectors search) {
    return read(new ExplainSearch(search), Explained.class);
  }

  /** Finds rows by vector and by text; see {@link SearchHybrid}. */
  public Future<HybridHits> searchHybrid(SearchHybrid search) {
    return read(search, HybridHits.class);
  }

  /** How many rows there are. */
  public Future<Long> count(CountRows count) {
    return read(count, Counted.class).map(Counted::count);
  }

  /** How many rows have which value; see {@link CountFacets}. */
  public Future<Facets> facets(CountFacets count) {
    return read(count, Facets.class);
  }

  /** Finds the nearest rows by groups; see {@link SearchGroups}. */
  public Future<GroupedHits> searchGroups(SearchGroups search) {
    return read(search, GroupedHits.class);
  }

  /** Reads rows in the order of a field; see {@link OrderRows}. */
  public Future<OrderedRows> order(OrderRows order) {
    return read(order, OrderedRows.class);
  }

  /** Finds the nearest rows and orders them anew; see {@link SearchReranked}. */
  public Future<RerankedHits> searchReranked(SearchReranked search) {
    return read(search, RerankedHits.class);
  }

  /** Which share of the nearest rows searches find; see {@link MeasureRecall}. */
  public Future<MeasuredRecall> recall(MeasureRecall measure) {
    return read(measure, MeasuredRecall.class);
  }
}
