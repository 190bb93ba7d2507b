package io.quiver.migrate;

import io.quiver.core.VectorId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Stands for an id of any length in a {@link LastRecords}: the first 128 bits of its SHA-256, which
 * nobody can make equal for two ids. Belongs to one thread.
 */
final class IdHash {
  private final MessageDigest digest;

  IdHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  UUID of(VectorId id) {
    ByteBuffer hash = ByteBuffer.wrap(digest.digest(id.utf8()));
    return new UUID(hash.getLong(), hash.getLong());
  }
}
