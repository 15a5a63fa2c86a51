package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads settings, in the ways that there are, is ready, and says what they are then. With an
 * argument "all" it looks through the whole environment.
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

  /** The warm point is its end. */
  static void ready() {
    // nothing more to do
  }
}
