/**
 * The one seam through which the engine touches files. Tests put a faulty disk behind it that
 * drops, tears and reorders what was not synced.
 */
package io.quiver.disk;
