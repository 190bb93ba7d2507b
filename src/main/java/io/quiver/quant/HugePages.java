package io.quiver.quant;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Asks the kernel to back memory by pages of 2 MiB, which saves address translations where blocks
 * are read at random. Where {@code madvise} is missing or refuses, memory stays as it is.
 *
 * <p>Thread safety: any thread.
 */
final class HugePages {
  static final long BYTES = 2L << 20;

  private static final System.Logger LOG = System.getLogger(HugePages.class.getName());
  private static final int MADV_HUGEPAGE = 14;

  /** At once, also what was touched before; from Linux 6.1 on. */
  private static final int MADV_COLLAPSE = 25;

  private static final Optional<MethodHandle> MADVISE = madvise();

  private HugePages() {}

  @SuppressWarnings("restricted") // The symbol and its signature are the ones of the C library.
  private static Optional<MethodHandle> madvise() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty(); // 14 means something else elsewhere.
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("madvise")
        .map(symbol ->
            linker.downcallHandle(
                symbol,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT)));
  }

  /** For memory that begins at a multiple of {@link #BYTES}. */
  static void ask(MemorySegment memory) {
    if (MADVISE.isPresent() && memory.byteSize() >= BYTES) {
      long whole = memory.byteSize() / BYTES * BYTES;
      try {
        int asked = (int) MADVISE.get().invokeExact(memory, whole, MADV_HUGEPAGE);
        int collapsed = (int) MADVISE.get().invokeExact(memory, whole, MADV_COLLAPSE);
        LOG.log(System.Logger.Level.TRACE, "madvise: {0}, {1}", asked, collapsed);
      } catch (Throwable e) {
        LOG.log(System.Logger.Level.DEBUG, "no huge pages", e);
      }
    }
  }
}
