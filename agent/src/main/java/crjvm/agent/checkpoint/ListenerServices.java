package crjvm.agent.checkpoint;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.door.Bridge;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Callable;

/**
 * Checkpoint listeners that are services of the application. The application's class loaders are
 * found through its threads, because the system class loader does not see the contents of
 * executable jars or web applications.
 */
final class ListenerServices {
  private static final String SERVICE = "crjvm.CheckpointListener";

  /**
   * The classes that have been seen, each of which has one listener. Checkpoints are made one by
   * one, so the set needs no lock.
   */
  private static final Set<Class<?>> SEEN = Collections.newSetFromMap(new WeakHashMap<>());

  private ListenerServices() {}

  /**
   * Registers the listeners that are not registered yet.
   *
   * @throws Failure a listener can't be made, and would miss the checkpoint
   */
  static void register() throws Failure {
    for (ClassLoader loader : loaders()) {
      try {
        register(loader);
      } catch (ServiceConfigurationError | ReflectiveOperationException | LinkageError e) {
        throw new Failure(
            Messages.FAILED,
            "a checkpoint listener of the application can't be loaded (" + e.getMessage() + ")",
            "see META-INF/services/" + SERVICE,
            e);
      }
    }
  }

  private static Set<ClassLoader> loaders() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    loaders.add(ClassLoader.getSystemClassLoader());
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      ClassLoader loader = thread.getContextClassLoader();
      if (loader != null) {
        loaders.add(loader);
      }
    }
    return loaders;
  }

  private static void register(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> type;
    try {
      // A loader that asks its parent last may have its own class of that name.
      type = Class.forName(SERVICE, false, loader);
    } catch (ClassNotFoundException e) {
      return;
    }
    List<? extends ServiceLoader.Provider<?>> providers =
        ServiceLoader.load(type, loader).stream().toList();
    for (ServiceLoader.Provider<?> provider : providers) {
      if (SEEN.add(provider.type())) {
        Object listener = provider.get();
        Method before = type.getMethod("beforeCheckpoint");
        Method after = type.getMethod("afterRestore", List.class);
        Bridge.register(
            call(before, listener), () -> call(after, listener, Bridge.arguments()).call());
      }
    }
  }

  private static Callable<?> call(Method method, Object listener, Object... arguments) {
    return () -> {
      try {
        return method.invoke(listener, arguments);
      } catch (InvocationTargetException e) {
        if (e.getCause() instanceof Exception exception) {
          throw exception;
        }
        throw (Error) e.getCause();
      }
    };
  }
}
