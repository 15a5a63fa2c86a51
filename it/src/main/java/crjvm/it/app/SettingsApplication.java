package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads settings in every way that Java has, calls {@link #ready}, and prints the settings that it
 * finds then. With the argument "all" it looks through the whole environment.
 */
public final class SettingsApplication {
  private SettingsApplication() {}

  public static void main(String[] args) {
    List<Object> read = new ArrayList<>();
    read.add(System.getenv("APP_MODE"));
    read.add(System.getenv().get("APP_LEVEL"));
    read.add(System.getenv().containsKey("APP_ABSENT"));
    read.add(System.getProperty("app.mode"));
    read.add(System.getProperties().get("app.level"));
    read.add(Integer.getInteger("app.absent"));
    if (args.length > 0 && args[0].equals("all")) {
      read.add(Map.copyOf(System.getenv()));
    }
    System.out.println("read: " + read.size());
    ready();
    System.out.println(System.getenv("APP_MODE") + " " + System.getProperty("app.mode"));
  }

  /** Returns at the warm point. */
  static void ready() {
    // The warm point is the end of this method.
  }
}
