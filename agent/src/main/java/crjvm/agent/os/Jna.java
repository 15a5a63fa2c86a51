package crjvm.agent.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads the agent's own JNA so that the application's, of whatever version, never notices: JNA's
 * system properties are as they were afterwards, and the unpacked library does not stay behind.
 */
final class Jna {
  /** Where the class loader unpacks, and JNA looks for what it has left behind earlier. */
  private static final String FOLDER = "jna.tmpdir";

  /** With these the user tells the application's JNA where its library is: never ours. */
  private static final List<String> MISLEADING =
      List.of(
          "jna.boot.library.path",
          "jna.boot.library.name",
          "jna.nosys",
          "jna.noclasspath",
          "jna.protected",
          FOLDER);

  /** JNA sets these when it is loaded. */
  private static final List<String> ANNOUNCING = List.of("jna.loaded", "jnidispatch.path");

  private static Path folder = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

  private Jna() {}

  /** Where the library is to be unpacked: see {@link LibraryFolder}. Before it is loaded. */
  static void unpackInto(Path place) {
    folder = place;
  }

  static boolean isMisled() {
    return MISLEADING.stream().anyMatch(name -> System.getProperty(name) != null);
  }

  static void register(Class<?> functions) {
    Map<String, String> before = take(MISLEADING);
    Map<String, String> announced = read(ANNOUNCING);
    System.setProperty(FOLDER, folder.toString());
    try {
      Native.register(functions, NativeLibrary.getProcess());
      deleteLibrary();
      disarmFinalizer();
    } finally {
      System.clearProperty(FOLDER);
      before.forEach(System::setProperty);
      ANNOUNCING.forEach(System::clearProperty);
      announced.forEach(System::setProperty);
    }
  }

  private static Map<String, String> take(List<String> names) {
    Map<String, String> values = read(names);
    values.keySet().forEach(System::clearProperty);
    return values;
  }

  private static Map<String, String> read(List<String> names) {
    Map<String, String> values = new HashMap<>();
    for (String name : names) {
      String value = System.getProperty(name);
      if (value != null) {
        values.put(name, value);
      }
    }
    return values;
  }

  private static void disarmFinalizer() {
    try {
      JnaFinalizer.disarm();
    } catch (ReflectiveOperationException | RuntimeException e) {
      // a JDK that keeps its list otherwise: at worst classes are unloaded late
    }
  }

  /**
   * The library is mapped and needs its name no more; the image carries it, as it does every
   * deleted file.
   */
  private static void deleteLibrary() {
    String path = System.getProperty("jnidispatch.path");
    if (path != null && new File(path).getName().startsWith("crjvm-")) {
      new File(path).delete();
    }
  }
}
