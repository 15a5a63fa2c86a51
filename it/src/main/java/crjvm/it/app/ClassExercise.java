package crjvm.it.app;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Loads classes in class loaders of their own, uses them and has them unloaded again. */
final class ClassExercise implements Exercise {
  private static final int LOADERS = 50;

  /** The class that is loaded many times. */
  public static final class Loaded implements Supplier<String> {
    private static final StringBuilder STATE = new StringBuilder("loaded");

    @Override
    public String get() {
      Runnable lambda = () -> STATE.append('+'); // Defines a hidden class as well.
      lambda.run();
      return STATE.toString();
    }
  }

  private static final class Loader extends ClassLoader {
    private final byte[] code;

    Loader(byte[] code) {
      super(ClassExercise.class.getClassLoader());
      this.code = code;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      return name.equals(Loaded.class.getName())
          ? defineClass(name, code, 0, code.length)
          : super.loadClass(name, resolve);
    }
  }

  @Override
  public String run() throws Exception {
    byte[] code = code();
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    long unloadedBefore = ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
    for (int i = 0; i < LOADERS; i++) {
      loaders.add(new WeakReference<>(use(new Loader(code))));
    }
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Supplier.class},
            (self, method, arguments) -> "proxied");
    Exercise.check("proxied".equals(((Supplier<?>) proxy).get()), "the proxy does not answer");
    Poll.until(
        "the end of all class loaders",
        () -> {
          System.gc();
          return loaders.stream().allMatch(loader -> loader.get() == null);
        });
    Poll.until(
        "the end of their classes",
        () -> {
          System.gc();
          return ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount() - unloadedBefore
              >= LOADERS;
        });
    return LOADERS + " loaders came and went";
  }

  private static ClassLoader use(ClassLoader loader) throws ReflectiveOperationException {
    Object loaded = loader.loadClass(Loaded.class.getName()).getDeclaredConstructor().newInstance();
    Exercise.check(!(loaded instanceof Loaded), "the class comes from the wrong loader");
    String text = (String) ((Supplier<?>) loaded).get();
    Exercise.check("loaded+".equals(text), "the class answers %s", text);
    return loader;
  }

  private static byte[] code() throws IOException {
    try (InputStream in = ClassExercise.class.getResourceAsStream("ClassExercise$Loaded.class")) {
      return in.readAllBytes();
    }
  }
}
