package io.quiver.simd;

/**
 * The one choice of an implementation. The system property {@code quiver.simd.bits} (0 = scalar,
 * 128, 256, 512) overrules what the processor prefers.
 */
final class KernelChoice {
  static final String BITS_PROPERTY = "quiver.simd.bits";

  static final Kernels BEST = choose();

  private KernelChoice() {}

  private static Kernels choose() {
    Kernels chosen =
        Integer.getInteger(BITS_PROPERTY, -1) != 0 && vectorModulePresent()
            ? new VectorKernels()
            : new ScalarKernels();
    System.getLogger(Kernels.class.getName())
        .log(System.Logger.Level.DEBUG, "distance kernels: {0}", chosen.describe());
    return chosen;
  }

  /** Without {@code --add-modules jdk.incubator.vector} the module is not in the boot layer. */
  private static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
