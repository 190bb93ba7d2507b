package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;

/**
 * Searches for rows of the collection itself and compares what is found with what comparing every
 * row finds. Answered by {@link MeasuredRecall}.
 *
 * @param limit nearest rows that are looked for, the row itself left out
 * @param samples rows that are searched for, spread over the collection
 * @param efSearch candidates kept; 0 = the collection's own
 * @param targetRecall as {@link Effort#targetRecall}
 */
public record MeasureRecall(
    CollectionName collection, int limit, int samples, int efSearch, float targetRecall)
    implements PointRequest, OfCollection<MeasureRecall> {
  public static final int LIMIT_MAX = 100;
  public static final int SAMPLES_MAX = 1_000;
  public static final int SAMPLES_DEFAULT = 100;

  public MeasureRecall {
    Required.value("collection", collection);
    Limits.check("limit", limit, 1, LIMIT_MAX);
    Limits.check("samples", samples, 2, SAMPLES_MAX);
    Limits.check("ef_search", efSearch, 0, Limits.EF_SEARCH_MAX);
    if (efSearch > 0 && effort(targetRecall).hasTarget()) {
      throw QuiverException.invalid("target_recall", "one of ef_search and target_recall", "both");
    }
  }

  private static Effort effort(float targetRecall) {
    return new Effort(true, 0, targetRecall);
  }

  /** How hard each search tries. */
  public Effort effort() {
    return effort(targetRecall);
  }

  @Override
  public MeasureRecall at(CollectionName other) {
    return new MeasureRecall(other, limit, samples, efSearch, targetRecall);
  }
}
