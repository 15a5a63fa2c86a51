package crjvm.agent.checkpoint.dump;

import crjvm.agent.message.Console;
import crjvm.agent.os.jna.Jvmti;
import java.io.IOException;

/**
 * Opens the barrier at the entry of each compiled method before the dump.
 *
 * <p>Since JDK 20, a collection of the whole heap closes all these barriers, with each collector.
 * The first call of a method opens its barrier: HotSpot looks after the method's constants, and
 * writes into its code. The last collection is right before the dump, so each copy would do that in
 * its first requests, for every method that they call: a fault, a copied page, and code that the
 * processor has to read again. HotSpot also opens the barrier of each method that it lists for a
 * profiler.
 */
final class EntryBarriers {
  private EntryBarriers() {}

  /** Opens all barriers that are closed. An older JVM has none, and nothing happens. */
  static void open() {
    try {
      Jvmti.listCompiledMethods();
    } catch (IOException | LinkageError e) {
      Console.trace(e); // nothing is lost but time in the copies
    }
  }
}
