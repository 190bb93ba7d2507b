package io.quiver.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.quiver.core.Metric;
import io.quiver.testkit.ArraySpace;
import io.quiver.testkit.Vectors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What blocks lead to, against the lists of the graph. */
class BlockLinksTest {
  private static final int ROWS = 600;

  private final ArraySpace space =
      ArraySpace.of(Metric.EUCLIDEAN, Vectors.clustered(3, ROWS, 32, 10));

  @Test
  void ownLinksComeFirstAndNeighboursOfNeighboursFillTheRest() {
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      int[] links = new int[graph.base().linksMax()];
      int filled = 0;
      for (int ordinal = 0; ordinal < ROWS; ordinal++) {
        int count = new BlockLinks(graph, space, Optional.empty()).read(ordinal, ROWS, links);
        int[] own = listOf(graph, ordinal);
        assertThat(Arrays.copyOf(links, own.length)).isEqualTo(own);
        Set<Integer> further = further(graph, ordinal, own);
        int[] more = Arrays.copyOfRange(links, own.length, count);
        assertThat(further).containsAll(IntStream.of(more).boxed().toList());
        assertThat(more).doesNotHaveDuplicates();
        assertThat(count).isEqualTo(Math.min(links.length, own.length + further.size()));
        filled += more.length;
      }
      assertThat(filled).isGreaterThan(ROWS); // Or this tests nothing.
    }
  }

  @Test
  void nodesFromTheLimitOnAndNodesThatLeftTheGraphAreNotAdded() {
    try (Graph graph = GraphFixture.build(space, GraphParams.DEFAULT)) {
      int[] links = new int[graph.base().linksMax()];
      graph.base().clear(7);
      BlockLinks reused = new BlockLinks(graph, space, Optional.empty());
      reused.read(0, ROWS, links);
      for (int ordinal = 0; ordinal < ROWS / 2; ordinal++) {
        int count = reused.read(ordinal, ROWS / 2, links);
        int own = listOf(graph, ordinal).length;
        int[] more = Arrays.copyOfRange(links, own, count);
        assertThat(more).doesNotContain(7);
        assertThat(IntStream.of(more)).allMatch(link -> link < ROWS / 2);
      }
    }
  }

  private static int[] listOf(Graph graph, int ordinal) {
    int[] list = new int[graph.base().linksMax()];
    int count = graph.base().read(ordinal, list);
    return Arrays.copyOf(list, count);
  }

  private static Set<Integer> further(Graph graph, int ordinal, int[] own) {
    Set<Integer> further = new HashSet<>();
    for (int neighbor : own) {
      IntStream.of(listOf(graph, neighbor)).forEach(further::add);
    }
    IntStream.of(own).forEach(further::remove);
    further.remove(ordinal);
    return further;
  }
}
