/**
 * One collection: open, recover, validate, apply, read view, checkpoint, compact. Synchronous;
 * knows no server.
 */
package io.quiver.collection;
