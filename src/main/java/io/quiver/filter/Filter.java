package io.quiver.filter;

import io.quiver.core.Limits;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import io.quiver.core.VectorId;
import java.util.List;

/**
 * Says of every row whether it is meant, and of none that it does not know: what is not true is
 * false, so {@link Not} is the exact complement. Trees are immutable, at most {@link
 * Limits#FILTER_DEPTH_MAX} deep, with at most {@link Limits#FILTER_NODES_MAX} nodes and {@link
 * Limits#FILTER_VALUES_MAX} values.
 */
public sealed interface Filter {
  /** Every row. */
  record All() implements Filter {}

  /** Rows that all of at least one filter mean. */
  record And(List<Filter> filters) implements Filter {
    public And {
      filters = FilterSize.checked(filters);
    }
  }

  /** Rows that any of at least one filter means. */
  record Or(List<Filter> filters) implements Filter {
    public Or {
      filters = FilterSize.checked(filters);
    }
  }

  /** Rows that the filter does not mean, rows without metadata among them. */
  record Not(Filter filter) implements Filter {
    public Not {
      FilterSize.checked(List.of(Required.value("filter", filter)));
    }
  }

  /**
   * Rows that at least so many of the filters mean.
   *
   * @param least 0 = every row; more than there are filters = none
   */
  record AtLeast(int least, List<Filter> filters) implements Filter {
    public AtLeast {
      filters = FilterSize.checked(filters);
      Limits.check("filter.min_should.min_count", least, 0, Limits.FILTER_NODES_MAX);
    }
  }

  /** Rows whose metadata meets the condition at the path. */
  record Where(FieldPath path, Condition condition) implements Filter {
    public Where {
      Required.value("path", path);
      Required.value("condition", condition);
    }
  }

  /** Rows with one of these ids; of none if there are no ids. */
  record HasId(List<VectorId> ids) implements Filter {
    public HasId {
      ids = Required.list("has_id", ids);
      Limits.check("filter.has_id", ids.size(), 0, Limits.FILTER_VALUES_MAX);
    }
  }

  /**
   * Rows with at least one object at the path (of an array, or there itself) which, taken as a
   * document of its own, the filter means.
   *
   * @param filter without {@link HasId}: an element has no id
   */
  record Nested(FieldPath path, Filter filter) implements Filter {
    public Nested {
      Required.value("path", path);
      FilterSize.checked(List.of(Required.value("filter", filter)));
      if (FilterSize.hasIds(filter)) {
        throw QuiverException.invalid("filter.nested", "conditions on fields", "has_id");
      }
    }
  }

  /** The filter that means every row. */
  Filter ALL = new All();

  /** The filter that means no row. */
  Filter NONE = new Not(ALL);

  static Filter where(FieldPath path, Condition condition) {
    return new Where(path, condition);
  }

  /** All of them; every row if there are none. */
  static Filter allOf(List<Filter> filters) {
    return switch (filters.size()) {
      case 0 -> ALL;
      case 1 -> filters.getFirst();
      default -> new And(filters);
    };
  }

  /** Any of them; no row if there are none. */
  static Filter anyOf(List<Filter> filters) {
    return switch (filters.size()) {
      case 0 -> NONE;
      case 1 -> filters.getFirst();
      default -> new Or(filters);
    };
  }
}
