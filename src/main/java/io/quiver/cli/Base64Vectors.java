package io.quiver.cli;

import io.quiver.core.DenseVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Vectors as the server reads them fastest in JSON: base64 of little-endian float32. */
final class Base64Vectors {
  private Base64Vectors() {}

  static String encode(DenseVector vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.dimension() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector.toArray());
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
