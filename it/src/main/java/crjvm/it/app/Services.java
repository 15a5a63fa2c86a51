package crjvm.it.app;

import crjvm.CheckpointListener;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/** Listeners that use crjvm's own interface. */
public final class Services {
  private Services() {}

  /** Returns a class loader with the folder that follows {@code --services}. */
  static ClassLoader loader(String[] args) throws MalformedURLException {
    List<String> list = List.of(args);
    URL folder = Path.of(list.get(list.indexOf("--services") + 1)).toUri().toURL();
    return new URLClassLoader(new URL[] {folder}, Services.class.getClassLoader());
  }

  static CheckpointListener listener(String name) {
    return new CheckpointListener() {
      @Override
      public void beforeCheckpoint() {
        System.out.println("before " + name);
      }

      @Override
      public void afterRestore(List<String> arguments) {
        System.out.println("after " + name + " " + arguments.size());
      }
    };
  }

  /** The listener that a file in {@code META-INF/services} names. */
  public static final class Service implements CheckpointListener {
    private final CheckpointListener listener = listener("service");

    @Override
    public void beforeCheckpoint() throws Exception {
      listener.beforeCheckpoint();
    }

    @Override
    public void afterRestore(List<String> arguments) throws Exception {
      listener.afterRestore(arguments);
    }
  }
}
