package io.quiver.catalog;

import io.quiver.core.CollectionName;

/**
 * A collection that was deleted and can be restored.
 *
 * @param folder its name in {@code .deleted/}
 * @param name under which it was served
 * @param sinceMillis Unix time of the deletion, whole seconds
 */
public record KeptCollection(String folder, CollectionName name, long sinceMillis) {}
