package io.quiver.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class CrcTest {
  private static final byte[] DIGITS = "x123456789y".getBytes(US_ASCII);

  /** The check value of CRC-32C, and the vector of 32 zero bytes of RFC 3720, appendix B.4. */
  @Test
  void theChecksumIsCrc32c() {
    assertThat(Crc.of(DIGITS, 1, 9)).isEqualTo(0xE306_9283);
    assertThat(Crc.of(new byte[32], 0, 32)).isEqualTo(0x8A91_36AA);
  }

  @Test
  void heapAndNativeMemoryHaveTheSameChecksum() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(DIGITS.length);
      memory.copyFrom(MemorySegment.ofArray(DIGITS));
      assertThat(Crc.of(memory, 1, 9)).isEqualTo(0xE306_9283);
      assertThat(Crc.of(MemorySegment.ofArray(DIGITS), 1, 9)).isEqualTo(0xE306_9283);
    }
  }
}
