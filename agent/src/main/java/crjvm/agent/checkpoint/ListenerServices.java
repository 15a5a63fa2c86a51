package crjvm.agent.checkpoint;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.entry.Hooks;
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
 * those of its threads: the system class loader knows nothing of what is inside of an executable
 * jar, or of web applications.
 */
final class ListenerServices {
  private static final String SERVICE = "crjvm.CheckpointListener";

  /** The classes that have been seen: one listener each. Checkpoints are made one by one. */
  private static final Set<Class<?>> SEEN = Collections.newSetFromMap(new WeakHashMap<>());

  private ListenerServices() {}

  /**
   * Registers those that are not registered yet.
   *
   * @throws Failure there is one that can't be had, and would miss the checkpoint
   */
  static void register() throws Failure {
    for (ClassLoader loader : loaders()) {
      try {
        register(loader);
      } catch (ServiceConfigurationError | ReflectiveOperationException | LinkageError e) {
        throw new Failure(
            Messages.FAILED,
            "a checkpoint listener of the application can't be had (" + e.getMessage() + ")",
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
      // A loader that asks its parent last may have a class of that name of its own.
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
        Hooks.register(
            call(before, listener), () -> call(after, listener, Hooks.arguments()).call());
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
