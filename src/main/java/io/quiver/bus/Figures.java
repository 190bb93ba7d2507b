package io.quiver.bus;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Figures of this process that somebody keeps and somebody else shows, by the names that Prometheus
 * has for them. They never leave the process, so they have no encoding.
 *
 * <p>Thread safety: all methods, from any thread.
 */
public final class Figures implements Shareable {
  private static final String FIGURES = "quiver.figures";

  private final List<Source> sources = new CopyOnWriteArrayList<>();

  /** What a family is to Prometheus. */
  public enum Kind {
    COUNTER,
    GAUGE,
    HISTOGRAM
  }

  /** Somebody who keeps figures. May take milliseconds; not called on an event loop. */
  @FunctionalInterface
  public interface Source {
    List<Family> read();
  }

  /**
   * All series of one name.
   *
   * @param help one line of plain text
   */
  public record Family(String name, Kind kind, String help, List<Sample> samples) {
    public Family {
      samples = List.copyOf(samples);
    }

    /** One number without labels. */
    public static Family of(String name, Kind kind, String help, double value) {
      return new Family(name, kind, help, List.of(new Sample("", Map.of(), value)));
    }
  }

  /**
   * One series.
   *
   * @param suffix behind the name of the family, for the parts of a histogram; else empty
   */
  public record Sample(String suffix, Map<String, String> labels, double value) {
    public Sample {
      labels = new TreeMap<>(labels);
    }
  }

  private Figures() {}

  /** Those of this Vert.x instance. */
  public static Figures of(Vertx vertx) {
    LocalMap<String, Figures> all = vertx.sharedData().getLocalMap(FIGURES);
    return all.computeIfAbsent(FIGURES, name -> new Figures());
  }

  public void add(Source source) {
    sources.add(source);
  }

  public void remove(Source source) {
    sources.remove(source);
  }

  /** Everything as it is now. */
  public List<Family> read() {
    List<Family> families = new ArrayList<>();
    sources.forEach(source -> families.addAll(source.read()));
    return families;
  }
}
