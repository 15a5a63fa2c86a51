package crjvm.agent.isolation;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.net.URL;
import net.bytebuddy.ByteBuddy;
import org.apache.commons.io.IOUtils;

/**
 * An application with its own libraries, which it uses before and after the attempted checkpoint.
 */
public final class OlderLibrariesApp {
  private OlderLibrariesApp() {}

  public static void main(String[] args) {
    if (args.length > 0) {
      use("before");
    }
    ready();
    use("after");
  }

  /** Serves as the warm point. */
  static void ready() {}

  private static void use(String when) {
    System.out.println(when + " property " + System.getProperty("jna.loaded"));
    System.out.println(when + " bytebuddy " + jarOf(ByteBuddy.class));
    System.out.println(when + " io " + jarOf(IOUtils.class));
    int pid = NativeLibrary.getInstance("c").getFunction("getpid").invokeInt(new Object[0]);
    System.out.println(when + " pid " + (pid == ProcessHandle.current().pid()));
    System.out.println(when + " jna " + jarOf(Native.class));
    Class<?> generated =
        new ByteBuddy()
            .subclass(Object.class)
            .name("generated." + when)
            .make()
            .load(OlderLibrariesApp.class.getClassLoader())
            .getLoaded();
    System.out.println(when + " generated " + generated.getName());
  }

  private static String jarOf(Class<?> type) {
    URL location = type.getProtectionDomain().getCodeSource().getLocation();
    String path = location.getPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
