package io.quiver.message;

import java.util.List;

/** The folders that are kept no longer, by the names under which they were listed. */
public record CleanedUp(List<String> folders) implements RecoveryReply {
  public CleanedUp {
    folders = List.copyOf(folders);
  }
}
