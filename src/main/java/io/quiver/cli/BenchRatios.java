package io.quiver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Speeds as multiples of a yardstick that was measured in the same run, by name; a larger one is
 * better.
 */
record BenchRatios(Map<String, Double> byName) {
  /** What noise may take of a ratio. */
  static final double LOSS_MAX = 0.15;

  BenchRatios {
    byName = Map.copyOf(byName);
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws CommandException if it is none
   */
  static BenchRatios read(Path file) throws IOException {
    Map<String, Double> ratios = new TreeMap<>();
    JsonNode object = RestApi.JSON.readTree(Files.readAllBytes(file));
    object
        .properties()
        .forEach(entry -> ratios.put(entry.getKey(), entry.getValue().asDouble(Double.NaN)));
    if (ratios.isEmpty() || !ratios.values().stream().allMatch(ratio -> ratio > 0)) {
      throw new CommandException(file + ": expected an object of positive numbers");
    }
    return new BenchRatios(ratios);
  }

  void write(Path file) throws IOException {
    ObjectNode object = RestApi.object();
    new TreeMap<>(byName).forEach((name, ratio) -> object.put(name, BenchCommand.rounded(ratio)));
    Files.writeString(file, object.toPrettyString() + "\n");
  }

  /** What is worse here than it was there, or not there at all: a line each. */
  List<String> lossesSince(BenchRatios former) {
    List<String> losses = new ArrayList<>();
    new TreeMap<>(former.byName)
        .forEach((name, was) -> {
          Double now = byName.get(name);
          if (now == null) {
            losses.add(name + ": was not measured");
          } else if (!(now >= was * (1 - LOSS_MAX))) {
            losses.add("%s: %.3g, was %.3g".formatted(name, now, was));
          }
        });
    return losses;
  }
}
