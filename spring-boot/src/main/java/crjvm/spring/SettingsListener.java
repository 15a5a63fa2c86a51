package crjvm.spring;

import crjvm.CheckpointListener;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Remembers the settings at a checkpoint, and applies those of a restore. crjvm finds this class in
 * {@code META-INF/services}.
 */
public final class SettingsListener implements CheckpointListener {
  private final List<ContextSettings> remembered = new ArrayList<>();
  private final List<Readiness> suspended = new ArrayList<>();

  @Override
  public void beforeCheckpoint() {
    asApplication(
        () -> {
          for (ConfigurableApplicationContext context : ContextListener.contexts()) {
            remembered.add(ContextSettings.remember(context));
            suspended.add(Readiness.suspend(context));
          }
        });
  }

  @Override
  public void afterRestore(List<String> arguments) {
    try {
      asApplication(() -> remembered.forEach(each -> each.apply(arguments)));
    } finally {
      asApplication(() -> suspended.forEach(Readiness::resume));
      remembered.clear();
      suspended.clear();
    }
  }

  /**
   * Runs work with the class loader in which Spring looks for the application's classes and files:
   * that of the thread.
   */
  private static void asApplication(Runnable work) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(SettingsListener.class.getClassLoader());
    try {
      work.run();
    } finally {
      thread.setContextClassLoader(loader);
    }
  }
}
