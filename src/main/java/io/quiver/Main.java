package io.quiver;

/** Placeholder until the command line exists: prints the version. */
public final class Main {

  private Main() {}

  public static void main(String[] args) {
    String version = Main.class.getPackage().getImplementationVersion();
    System.out.println("quiver " + (version == null ? "dev" : version));
  }
}
