package io.quiver.catalog;

import java.util.Map;

/**
 * From 1 to 2: a collection has an owner, which nobody knows of those that were made before, and
 * its vector count is a field of its own that must hold, not a note in the checkpoint.
 */
final class OwnerStep implements ManifestStep {
  @Override
  public int from() {
    return 1;
  }

  @Override
  public void run(ManifestFields fields) {
    Map<String, Object> whole = fields.whole();
    whole.put("owner", "");
    whole.remove("checkpoint.vector_count");
    whole.put(
        "vector_count",
        fields.shards().stream().mapToLong(each -> ManifestFields.number(each, "live")).sum());
  }
}
