package crjvm.agent.os.jdk;

import crjvm.agent.message.JdkLack;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The application's {@code File} objects that name the working directory, or a file in it, by an
 * absolute path. A class makes such an object once, when it is initialised, so the object has to
 * follow the working directory.
 */
public final class DirectoryFiles {
  /**
   * A file.
   *
   * @param behind the rest of its path behind that of the directory
   */
  private record Named(File file, String behind) {}

  private final List<Named> files = new ArrayList<>();
  private MutableField path;

  /** Finds the files among the objects. */
  public void find(Collection<?> objects, Path directory) throws JdkLack {
    String beginning = directory.toString();
    for (Object object : objects) {
      if (object instanceof File file) {
        String behind = behind(file.getPath(), beginning);
        if (behind != null) {
          files.add(new Named(file, behind));
        }
      }
    }
    if (!files.isEmpty()) {
      path = JdkInside.mutableField(File.class, "path");
    }
  }

  private static String behind(String path, String directory) {
    boolean isInside = path.equals(directory) || path.startsWith(directory + "/");
    return isInside ? path.substring(directory.length()) : null;
  }

  /** Sets the directory in the files. */
  public void follow(String directory) throws IllegalAccessException {
    for (Named each : files) {
      String now = directory.equals("/") ? "" : directory;
      String text = now + each.behind();
      path.set(each.file(), text.isEmpty() ? "/" : text);
    }
  }
}
