package crjvm.it.app;

import java.util.Map;

/**
 * Reads settings, in the ways that there are, is ready, and says what they are then. With an
 * argument "all" it looks through the whole environment.
 */
public final class SettingsApplication {
  private SettingsApplication() {}

  public static void main(String[] args) {
    System.getenv("APP_MODE");
    System.getenv().get("APP_LEVEL");
    System.getenv().containsKey("APP_ABSENT");
    System.getProperty("app.mode");
    System.getProperties().get("app.level");
    Integer.getInteger("app.absent");
    if (args.length > 0 && args[0].equals("all")) {
      Map.copyOf(System.getenv());
    }
    ready();
    System.out.println(System.getenv("APP_MODE") + " " + System.getProperty("app.mode"));
  }

  /** The warm point is its end. */
  static void ready() {
    // nothing more to do
  }
}
