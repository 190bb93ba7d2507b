package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Durability;

/** Those that change rows. */
public sealed interface KeyWrite extends KeyRequest permits WriteIf, DeleteIf, ClearCollection {
  CollectionName collection();

  Durability durability();
}
