package crjvm.frameworks.micronautsettings;

import io.micronaut.runtime.Micronaut;

/** Starts the server. */
public class Application {
  private Application() {}

  public static void main(String[] args) {
    Micronaut.run(Application.class, args);
  }
}
