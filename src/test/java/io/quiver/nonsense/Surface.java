package io.quiver.nonsense;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** One way into the node. */
interface Surface {
  /** How the table calls it. */
  char letter();

  /**
   * The call in this surface's words; it is made, and its refusal read, when it is called.
   *
   * @throws CannotSay if there are no words for it
   */
  Callable<Refusal> translate(Case wrong);

  /** What this surface may call the field that REST calls so. */
  Set<String> fields(Case wrong);

  /**
   * How a call was refused.
   *
   * @param code an error code, or the gRPC status if the library answered by itself
   */
  record Refusal(String code, String message, Map<String, String> details) {}

  /** There are no words for this on that surface. */
  final class CannotSay extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotSay(String what) {
      super(what);
    }
  }
}
