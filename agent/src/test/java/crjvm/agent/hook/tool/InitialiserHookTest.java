package crjvm.agent.hook.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialiserHookTest {
  /** A stand-in for a class of the application. */
  static final class Counter {
    static int count = Integer.parseInt("1");
  }

  /** A class loader of an application, through which another thread may be loading a class. */
  private static final class Loader extends ClassLoader {
    private final List<String> asked = new ArrayList<>();

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
      asked.add(name);
      return super.loadClass(name);
    }
  }

  /**
   * Tests that no loader of the application is asked. Two threads that load classes in two loaders
   * could wait for each other forever.
   */
  @Test
  void noClassLoaderOfTheApplicationIsAsked() throws IOException {
    Loader loader = new Loader();
    String name = Counter.class.getName().replace('.', '/');
    try (InputStream in = Counter.class.getResourceAsStream("InitialiserHookTest$Counter.class")) {
      byte[] changed =
          new InitialiserHook(getClass().getClassLoader())
              .transform(loader, name, null, null, in.readAllBytes());
      assertThat(changed).isNotNull();
    }
    assertThat(loader.asked).isEmpty();
  }
}
