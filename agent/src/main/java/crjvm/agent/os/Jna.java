package crjvm.agent.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Loads the agent's own JNA so that the application's, of whatever version, never notices: JNA's
 * system properties are as they were afterwards, and neither the unpacked library nor JNA's
 * temporary folders stay behind.
 */
final class Jna {
  /** With these the user tells the application's JNA where its library is: never ours. */
  private static final List<String> MISLEADING =
      List.of(
          "jna.boot.library.path",
          "jna.boot.library.name",
          "jna.nosys",
          "jna.noclasspath",
          "jna.protected");

  /** JNA sets these when it is loaded. */
  private static final List<String> ANNOUNCING = List.of("jna.loaded", "jnidispatch.path");

  private Jna() {}

  static boolean isMisled() {
    return MISLEADING.stream().anyMatch(name -> System.getProperty(name) != null);
  }

  static void register(Class<?> functions) {
    Map<String, String> before = take(MISLEADING);
    Map<String, String> announced = read(ANNOUNCING);
    List<File> folders = missingFolders();
    try {
      Native.register(functions, NativeLibrary.getProcess());
      deleteLibrary();
      disarmFinalizer();
    } finally {
      before.forEach(System::setProperty);
      ANNOUNCING.forEach(System::clearProperty);
      announced.forEach(System::setProperty);
      folders.forEach(File::delete); // fails for a folder that someone uses by now
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

  /**
   * Those of JNA's folders that do not exist yet, innermost first. See {@code Native.getTempDir}.
   */
  private static List<File> missingFolders() {
    List<File> missing = new ArrayList<>();
    String cache = System.getenv("XDG_CACHE_HOME");
    File folder = new File(System.getProperty("user.home", "/"), ".cache");
    if (cache != null && !cache.isBlank()) {
      folder = new File(cache);
    }
    for (String name : new String[] {"", "JNA", "temp"}) {
      folder = name.isEmpty() ? folder : new File(folder, name);
      if (!folder.exists()) {
        missing.add(folder);
      }
    }
    Collections.reverse(missing);
    return missing;
  }
}
