package crjvm.agent.os.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The agent's own JNA, which is loaded without an effect on the application's JNA, whatever version
 * that has. JNA's system properties are the same afterwards, and the unpacked library is deleted.
 */
final class Jna {
  /**
   * The property for the folder in which the class loader unpacks the library, and in which JNA
   * looks for files that it has left behind.
   */
  private static final String FOLDER = "jna.tmpdir";

  /**
   * The property for the folders of libraries. Without it, JNA runs {@code ldconfig} and sets it.
   * The agent needs no library but the C library, which is loaded.
   */
  private static final String LIBRARIES = "jna.platform.library.path";

  /**
   * The properties with which the user tells the application's JNA where its library is. The
   * agent's JNA must not use them.
   */
  private static final List<String> MISLEADING =
      List.of(
          "jna.boot.library.path",
          "jna.boot.library.name",
          "jna.nosys",
          "jna.noclasspath",
          "jna.protected",
          LIBRARIES,
          FOLDER);

  /** The properties that JNA sets when it is loaded. */
  private static final List<String> ANNOUNCING = List.of("jna.loaded", "jnidispatch.path");

  private static Path folder = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

  private Jna() {}

  /**
   * Sets the folder in which the library is unpacked ({@link LibraryFolder}). It must be called
   * before the library is loaded.
   */
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
    System.setProperty(LIBRARIES, "");
    try {
      Native.register(functions, NativeLibrary.getProcess());
      deleteLibrary();
      disarmFinalizer();
    } finally {
      System.clearProperty(FOLDER);
      System.clearProperty(LIBRARIES);
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
      // The JDK keeps its list in another way. At worst, classes are unloaded late.
    }
  }

  /**
   * Deletes the library's file. The library is mapped and does not need its name any more. The
   * image contains it, like every deleted file.
   */
  private static void deleteLibrary() {
    String path = System.getProperty("jnidispatch.path");
    if (path != null && new File(path).getName().startsWith("crjvm-")) {
      new File(path).delete();
    }
  }
}
