package crjvm.it.app;

import crjvm.Crjvm;

/** Asks for its checkpoint in its only thread. */
public final class WakeApplication {
  private WakeApplication() {}

  public static void main(String[] args) throws Exception {
    Crjvm.checkpoint();
    Thread.currentThread().join(); // The test ends the process.
  }
}
