package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.QuiverException;
import io.quiver.core.Required;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder in {@code .deleted/} or {@code .backups/} by its name, with or without that of the
 * folder that it is in: never a path that leads anywhere else.
 */
public record BackupPath(String text) {
  public static final String DELETED = ".deleted";
  public static final String BACKUPS = ".backups";

  private static final Pattern FORM =
      Pattern.compile("(?:(\\.deleted|\\.backups)/)?([A-Za-z0-9][A-Za-z0-9._-]{0,160})");
  private static final Pattern STAMPED = Pattern.compile("(.+)_[0-9]{8}_[0-9]{6}(_.*)?");

  public BackupPath {
    Required.value("backup_path", text);
    if (!FORM.matcher(text).matches()) {
      throw QuiverException.invalid(
          "backup_path", "a folder as it is listed, like .deleted/films_20260102_030405_…", text);
    }
  }

  /** The folder's own name. */
  public String folder() {
    return parts().group(2);
  }

  /** Whether it may be in this one of the two. */
  public boolean isIn(String parent) {
    return Optional.ofNullable(parts().group(1)).map(parent::equals).orElse(true);
  }

  /** The name of what is in it: what stands before the time, or else before the first {@code _}. */
  public CollectionName collection() {
    Matcher stamped = STAMPED.matcher(folder());
    String name = stamped.matches() ? stamped.group(1) : folder().split("_", 2)[0];
    return new CollectionName(name);
  }

  private Matcher parts() {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalStateException(text);
    }
    return parts;
  }

  @Override
  public String toString() {
    return text;
  }
}
