package io.quiver.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.CollectionName;
import io.quiver.core.DenseVector;
import org.junit.jupiter.api.Test;

class SearchVectorsTest {
  /** An alias stands for a collection, and for nothing else of a search. */
  @Test
  void theSameSearchOfAnotherCollectionDiffersInNothingElse() {
    SearchVectors search =
        new SearchVectors(
            new CollectionName("alias"),
            DenseVector.of(1, 2),
            3,
            4,
            0,
            true,
            true,
            false,
            5f,
            6,
            new Effort(false, 7, 0.8f));
    SearchVectors there = search.at(new CollectionName("own"));
    assertThat(there.collection()).isEqualTo(new CollectionName("own"));
    assertThat(there).usingRecursiveComparison().ignoringFields("collection").isEqualTo(search);
  }
}
