package io.quiver.collection;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Makes a thread give way to others that want the CPU, as {@code nice} does for a process: an
 * acknowledgement or a search is late by milliseconds if it waits for the time slice of a thread
 * that builds a graph. Java's own thread priorities do nothing on Linux. Where the C library has no
 * {@code nice}, it is not Linux, or native access is denied, threads stay as they are.
 */
final class LowPriority {
  private static final System.Logger LOG = System.getLogger(LowPriority.class.getName());

  /**
   * Steps down from the priority of the process: a third of the time of a thread that stayed where
   * it was, when both want all of it. More steps would starve the graph beside busy searches, which
   * then scan what is not in it.
   */
  private static final int STEPS = 5;

  private static final Optional<MethodHandle> NICE = nice();

  private LowPriority() {}

  @SuppressWarnings("restricted") // The symbol and its signature are the ones of the C library.
  private static Optional<MethodHandle> nice() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty(); // POSIX means the whole process, Linux the thread that calls.
    }
    Linker linker = Linker.nativeLinker();
    try {
      return linker
          .defaultLookup()
          .find("nice")
          .map(symbol ->
              linker.downcallHandle(
                  symbol, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)));
    } catch (IllegalCallerException e) {
      return Optional.empty(); // An application may deny native access to what it embeds.
    }
  }

  /** The same work, in a thread that gives way. */
  static Runnable of(Runnable work) {
    return () -> {
      lower();
      work.run();
    };
  }

  private static void lower() {
    if (NICE.isPresent()) {
      try {
        int now = (int) NICE.get().invokeExact(STEPS);
        LOG.log(System.Logger.Level.TRACE, "nice: {0}", now);
      } catch (Throwable e) {
        // What handles are declared to throw; this call throws nothing of its own.
        LOG.log(System.Logger.Level.DEBUG, "threads keep their priority", e);
      }
    }
  }
}
