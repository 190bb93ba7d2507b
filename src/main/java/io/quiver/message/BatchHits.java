package io.quiver.message;

import java.util.List;

/** The hits of each search of a {@link BatchSearch}, in its order. */
public record BatchHits(List<SearchHits> answers) implements PointReply {
  public BatchHits {
    answers = List.copyOf(answers);
  }
}
