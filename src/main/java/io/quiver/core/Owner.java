package io.quiver.core;

import java.nio.charset.StandardCharsets;

/**
 * Who a collection belongs to, in the words of who created it: at most {@link
 * Limits#OWNER_BYTES_MAX} bytes of UTF-8 and no control character. It is told, not enforced.
 */
public record Owner(String value) {
  /** Nobody said. */
  public static final Owner NONE = new Owner("");

  public Owner {
    Required.value("owner", value);
    if (!isText(value)) {
      throw QuiverException.invalid(
          "owner",
          "at most %d bytes of UTF-8 without control characters".formatted(Limits.OWNER_BYTES_MAX),
          value);
    }
  }

  private static boolean isText(String value) {
    return value.length() <= Limits.OWNER_BYTES_MAX
        && value.codePoints().noneMatch(Owner::isUnfit)
        && value.getBytes(StandardCharsets.UTF_8).length <= Limits.OWNER_BYTES_MAX;
  }

  /** A control character, or half of a pair: what UTF-8 cannot say would come back as another. */
  private static boolean isUnfit(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }

  /** This one, or another if nobody said. */
  public Owner or(Owner other) {
    return equals(NONE) ? other : this;
  }

  @Override
  public String toString() {
    return value;
  }
}
