package io.quiver.testkit;

/** The machine stops here. An error, so that nothing that handles exceptions lives on after it. */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(long call) {
    super("simulated crash at I/O call " + call);
  }
}
