package crjvm.agent.tool;

import crjvm.agent.message.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * The class loaders that a launcher of Plexus Classworlds has made in the first run of a tool: its
 * world of realms. Later runs, and restored processes, use them again if they would make the same
 * ones, because all classes of another class loader are new: they would be loaded, initialised and
 * compiled again.
 */
final class KeptLoaders implements Consumer<Object> {
  private final Consumer<Object> found;
  private String description;
  private Object kept;

  /**
   * @param found gets an object with state that a run may change
   */
  KeptLoaders(Consumer<Object> found) {
    this.found = found;
  }

  @Override
  public synchronized void accept(Object launcher) {
    try {
      Object world = call(launcher, "getWorld");
      if (world != null) {
        keep(launcher, world);
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      Console.trace(e); // The run has class loaders of its own.
    }
  }

  private void keep(Object launcher, Object world) throws ReflectiveOperationException {
    String madeDescription = description(world);
    if (kept == null) {
      kept = world;
      description = madeDescription;
      found.accept(world);
    } else if (madeDescription.equals(description)) {
      launcher.getClass().getMethod("setWorld", world.getClass()).invoke(launcher, kept);
    }
  }

  /** Returns what the world says of each realm: its jars, imports and parents. */
  private static String description(Object world) throws ReflectiveOperationException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(lines, false, StandardCharsets.UTF_8)) {
      for (Object realm : (Collection<?>) call(world, "getRealms")) {
        realm.getClass().getMethod("display", PrintStream.class).invoke(realm, out);
      }
    }
    return lines.toString(StandardCharsets.UTF_8);
  }

  private static Object call(Object object, String name) throws ReflectiveOperationException {
    return object.getClass().getMethod(name).invoke(object);
  }
}
