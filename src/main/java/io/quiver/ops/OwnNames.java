package io.quiver.ops;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The names under which this server may be asked. A web page can make a browser ask the loopback
 * address by a name of the page's own (DNS rebinding), and then read the answers; but the browser
 * says that name in {@code Host}. Immutable.
 *
 * @param names lower case; empty = any
 */
public record OwnNames(Set<String> names) {
  private static final int BAD_REQUEST = 400;
  private static final int MISDIRECTED = 421;

  /**
   * What is wrong with the name of a request.
   *
   * @param status of the answer: 421 = another's name, 400 = none, or two
   * @param got what came instead
   */
  public record Wrong(int status, String got) {
    /** What would be right. */
    public static final String EXPECTED = "a name of this server (allowed_hosts)";
  }

  public OwnNames {
    names = Set.copyOf(names);
  }

  /**
   * Those of a server that is bound to this host; any, if that is beyond loopback and none are
   * allowed by name.
   */
  public static OwnNames of(String host, Set<String> allowed) {
    if (allowed.isEmpty() && !isLoopback(host)) {
      return new OwnNames(Set.of());
    }
    Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
    names.add(name(host));
    allowed.forEach(other -> names.add(name(other)));
    return new OwnNames(names);
  }

  /** The same, but any beyond loopback, whatever is allowed: who probes comes by address. */
  public static OwnNames onLoopback(String host, Set<String> allowed) {
    return isLoopback(host) ? of(host, allowed) : new OwnNames(Set.of());
  }

  /**
   * What is wrong with a request whose {@code Host}, or the authority of its target, is not ours,
   * or that does not say who is asked.
   */
  public Optional<Wrong> refusal(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      return request.authority() == null
          ? Optional.of(new Wrong(BAD_REQUEST, "no host"))
          : foreign(request.authority().host());
    }
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
      return Optional.of(new Wrong(BAD_REQUEST, hosts.size() + " of them"));
    }
    Optional<Wrong> foreign = hosts.isEmpty() ? Optional.empty() : foreign(hosts.get(0));
    return foreign.or(() -> foreign(request.uri(), request.uri().indexOf("://")));
  }

  /** The absolute form names its host a second time. */
  private Optional<Wrong> foreign(String target, int scheme) {
    if (scheme <= 0 || target.charAt(0) == '/') {
      return Optional.empty();
    }
    String authority = target.substring(scheme + 3).split("[/?#]", 2)[0];
    return foreign(authority.substring(authority.indexOf('@') + 1));
  }

  private Optional<Wrong> foreign(String host) {
    return names.isEmpty() || names.contains(name(host))
        ? Optional.empty()
        : Optional.of(new Wrong(MISDIRECTED, host));
  }

  /** Without port, brackets and the root's dot. */
  private static String name(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      return name.substring(1, Math.max(1, name.indexOf(']')));
    }
    if (name.indexOf(':') == name.lastIndexOf(':')) { // or it is an address of IPv6
      name = name.split(":", 2)[0];
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** By its text: nobody is asked for what a name stands for. */
  private static boolean isLoopback(String host) {
    String name = name(host);
    return name.equals("localhost")
        || name.startsWith("127.")
        || name.equals("::1")
        || name.equals("0:0:0:0:0:0:0:1");
  }
}
