package io.quiver.docs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names. Reads words only: enough to see that what it asks for exists, not
 * that it parses.
 *
 * @param labelsByMetric each metric, with the labels that its selectors name
 * @param grouped labels behind {@code by} and {@code on}
 */
record PromQuery(Map<String, Set<String>> labelsByMetric, Set<String> grouped) {
  private static final Pattern GROUPING =
      Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("([a-zA-Z_:][\\w:]*)\\s*(?:\\{([^}]*)})?(\\s*\\()?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"[^\"]*\"");
  private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
  private static final Set<String> OPERATORS =
      Set.of("and", "or", "unless", "bool", "offset", "group_left", "group_right");

  static PromQuery of(String expression) {
    Set<String> grouped = new TreeSet<>();
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      grouped.addAll(Set.of(grouping.group(1).strip().split("\\s*,\\s*", -1)));
    }
    String rest = RANGE.matcher(grouping.replaceAll(" ")).replaceAll(" ");
    Map<String, Set<String>> labels = new LinkedHashMap<>();
    Matcher selector = SELECTOR.matcher(rest);
    while (selector.find()) {
      boolean function = selector.group(3) != null;
      if (!function && !OPERATORS.contains(selector.group(1))) {
        Set<String> named = labels.computeIfAbsent(selector.group(1), each -> new TreeSet<>());
        if (selector.group(2) != null) {
          MATCHER.matcher(selector.group(2)).results().forEach(each -> named.add(each.group(1)));
        }
      }
    }
    return new PromQuery(labels, grouped);
  }
}
