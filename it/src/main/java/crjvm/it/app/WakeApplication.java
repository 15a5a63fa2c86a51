package crjvm.it.app;

import crjvm.Crjvm;

/** Asks for its checkpoint in the only thread it has. */
public final class WakeApplication {
  private WakeApplication() {}

  public static void main(String[] args) throws Exception {
    Crjvm.checkpoint();
    Thread.currentThread().join(); // the test ends the process
  }
}
