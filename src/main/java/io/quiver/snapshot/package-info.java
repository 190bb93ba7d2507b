/** Moments of collections, kept beside them: snapshots and backups (docs/formats/snapshot.md). */
package io.quiver.snapshot;
