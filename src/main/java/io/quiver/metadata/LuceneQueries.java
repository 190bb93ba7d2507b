package io.quiver.metadata;

import io.quiver.core.QuiverException;
import io.quiver.metadata.TextQuery.Boosted;
import io.quiver.metadata.TextQuery.Clause;
import io.quiver.metadata.TextQuery.Fuzzy;
import io.quiver.metadata.TextQuery.Group;
import io.quiver.metadata.TextQuery.In;
import io.quiver.metadata.TextQuery.Occur;
import io.quiver.metadata.TextQuery.Phrase;
import io.quiver.metadata.TextQuery.Prefix;
import io.quiver.metadata.TextQuery.Word;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.QueryBuilder;

/**
 * Makes Lucene's query of ours. What analysis leaves nothing of (a stop word, a dash) is no clause;
 * a query of nothing else finds nothing.
 */
final class LuceneQueries {
  /** Words that a fuzzy one may stand for: the nearest of all there are. */
  static final int FUZZY_WORDS_MAX = 64;

  private static final QueryBuilder BUILDER = new QueryBuilder(TextFields.ANALYZER);

  private final List<TextFields> fields;
  private final List<String> paths;

  /** For words whose field is not named: in each of the paths. */
  LuceneQueries(List<TextFields> fields, List<String> paths) {
    this.fields = fields;
    this.paths = paths;
  }

  /**
   * Translates a whole query.
   *
   * @throws QuiverException INVALID_ARGUMENT if it becomes too large, or names a field that the
   *     index has not
   */
  Query of(TextQuery query, IndexSearcher searcher) throws IOException {
    paths.forEach(this::expectComplete);
    try {
      return searcher.rewrite(translated(query).orElse(MatchNoDocsQuery.INSTANCE));
    } catch (IndexSearcher.TooManyClauses e) {
      throw QuiverException.invalid(
          "query",
          "at most " + IndexSearcher.getMaxClauseCount() + " words, counted once for each field",
          "more");
    }
  }

  private void expectComplete(String path) {
    fields.forEach(each -> each.expectComplete(path));
  }

  private Optional<Query> translated(TextQuery query) {
    return switch (query) {
      case Word word ->
          eachPath(path -> BUILDER.createBooleanQuery(TextFields.stems(path), word.text()));
      case Phrase phrase ->
          eachPath(path ->
              BUILDER.createPhraseQuery(TextFields.stems(path), phrase.text(), phrase.slop()));
      case Prefix prefix -> eachPath(path -> new PrefixQuery(asWritten(path, prefix.text())));
      case Fuzzy fuzzy -> eachPath(path -> fuzzy(asWritten(path, fuzzy.text()), fuzzy.edits()));
      case In in -> {
        expectComplete(in.field());
        yield new LuceneQueries(fields, List.of(in.field())).translated(in.query());
      }
      case Boosted boosted ->
          translated(boosted.query()).map(inside -> new BoostQuery(inside, boosted.boost()));
      case Group group -> ofGroup(group);
    };
  }

  /** A row's score is the sum of its scores in the fields. */
  private Optional<Query> eachPath(Function<String, Query> ofPath) {
    if (paths.size() == 1) {
      return Optional.ofNullable(ofPath.apply(paths.getFirst()));
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    boolean isEmpty = true;
    for (String path : paths) {
      Query one = ofPath.apply(path);
      if (one != null) {
        all.add(one, BooleanClause.Occur.SHOULD);
        isEmpty = false;
      }
    }
    return isEmpty ? Optional.empty() : Optional.of(all.build());
  }

  private Optional<Query> ofGroup(Group group) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    boolean looksFor = false;
    for (Clause clause : group.clauses()) {
      Optional<Query> inside = translated(clause.query());
      if (inside.isPresent()) {
        all.add(inside.get(), occur(clause.occur()));
        looksFor |= clause.occur() != Occur.MUST_NOT;
      }
    }
    return looksFor ? Optional.of(all.build()) : Optional.empty();
  }

  private static BooleanClause.Occur occur(Occur occur) {
    return switch (occur) {
      case MUST -> BooleanClause.Occur.MUST;
      case SHOULD -> BooleanClause.Occur.SHOULD;
      case MUST_NOT -> BooleanClause.Occur.MUST_NOT;
    };
  }

  static Term asWritten(String path, String text) {
    String field = TextFields.words(path);
    return new Term(field, TextFields.ANALYZER.normalize(field, text));
  }

  static Query fuzzy(Term word, int edits) {
    return edits == 0 ? new TermQuery(word) : new FuzzyQuery(word, edits, 0, FUZZY_WORDS_MAX, true);
  }
}
