package io.quiver.message;

import io.quiver.core.CollectionName;
import io.quiver.core.Required;

/** A {@link ScrollRows} that tells versions, too. Answered by {@link VersionedRows}. */
public record ScrollVersions(ScrollRows scroll)
    implements KeyRequest, OfCollection<ScrollVersions> {
  public ScrollVersions {
    Required.value("scroll", scroll);
  }

  @Override
  public CollectionName collection() {
    return scroll.collection();
  }

  @Override
  public ScrollVersions at(CollectionName other) {
    return new ScrollVersions(scroll.at(other));
  }
}
