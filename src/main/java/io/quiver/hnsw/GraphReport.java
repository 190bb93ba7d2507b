package io.quiver.hnsw;

import java.util.List;

/**
 * What {@link GraphCheck} saw.
 *
 * @param nodes present nodes
 * @param links links on all layers
 * @param reachable present nodes that can be reached from the entry point on the base layer
 * @param linksToDead links from a live node to a dead one (none right after a repair)
 * @param faults what is wrong, the first {@link GraphCheck#FAULTS_MAX} in words
 * @param faultCount how many faults there are in all
 */
public record GraphReport(
    int nodes, long links, int reachable, long linksToDead, List<String> faults, long faultCount) {
  public GraphReport {
    faults = List.copyOf(faults);
  }
}
