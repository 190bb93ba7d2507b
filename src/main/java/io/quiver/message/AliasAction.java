package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** One step of a {@link ChangeAliases}. */
public sealed interface AliasAction {
  /** The alias stands for the collection from now on, whatever it stood for. */
  record Put(CollectionName alias, CollectionName collection) implements AliasAction {
    public Put {
      Required.value("alias_name", alias);
      Required.value("collection_name", collection);
    }
  }

  /** There is no such alias any more. */
  record Delete(CollectionName alias) implements AliasAction {
    public Delete {
      Required.value("alias_name", alias);
    }
  }

  /** The alias has another name from now on, one that is free. */
  record Rename(CollectionName from, CollectionName to) implements AliasAction {
    public Rename {
      Required.value("old_alias_name", from);
      Required.value("new_alias_name", to);
    }
  }
}
