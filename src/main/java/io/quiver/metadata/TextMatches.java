package io.quiver.metadata;

/**
 * The rows that a text search found, best first; equal scores in no order. Rows that score as well
 * as the last one are all there, so there may be more than were asked for. Immutable.
 */
public final class TextMatches {
  private final int[] documents;
  private final float[] scores;
  private final int[] starts;

  /**
   * Takes the arrays over.
   *
   * @param starts of each part, its first document
   */
  TextMatches(int[] documents, float[] scores, int[] starts) {
    this.documents = documents;
    this.scores = scores;
    this.starts = starts;
  }

  public int count() {
    return documents.length;
  }

  public float score(int rank) {
    return scores[rank];
  }

  /** Which of the parts that were searched has the row. */
  public int part(int rank) {
    return part(starts, documents[rank]);
  }

  /** The row's ordinal in its part. */
  public int ordinal(int rank) {
    return documents[rank] - starts[part(rank)];
  }

  static int part(int[] starts, int document) {
    int part = starts.length - 1;
    while (starts[part] > document) {
      part--;
    }
    return part;
  }
}
