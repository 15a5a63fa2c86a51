package crjvm.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitialiserHookTest {
  /** Stands for a class of the application. */
  static final class Counter {
    static int count = Integer.parseInt("1");
  }

  /** An application's, in which some thread may be loading a class. */
  private static final class Loader extends ClassLoader {
    private final List<String> asked = new ArrayList<>();

    @Override
    public Class<?> loadClass(String name) throws ClassNotFoundException {
      asked.add(name);
      return super.loadClass(name);
    }
  }

  /** Two threads that load classes in two loaders could wait for each other for ever. */
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
