package io.quiver.message;

import io.quiver.core.QuiverException;
import java.util.regex.Pattern;

/** A snapshot's name, safe as a folder name. */
public record SnapshotName(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");

  public SnapshotName {
    if (value == null || !FORM.matcher(value).matches()) {
      throw QuiverException.invalid(
          "snapshot",
          "1 to 96 characters of A-Z a-z 0-9 . _ - that begin with a letter or digit",
          value);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
