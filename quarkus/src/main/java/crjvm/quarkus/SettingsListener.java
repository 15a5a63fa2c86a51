package crjvm.quarkus;

import crjvm.CheckpointListener;
import io.quarkus.runtime.Application;
import java.util.List;

/**
 * Remembers the settings at a checkpoint, and applies those of a restore. crjvm finds this class in
 * {@code META-INF/services}.
 */
public final class SettingsListener implements CheckpointListener {
  private ApplicationSettings remembered; // null: there is no application
  private RequestGate gate; // null: it is open

  @Override
  public void beforeCheckpoint() {
    if (Application.currentApplication() != null) {
      asApplication(
          () -> {
            remembered = ApplicationSettings.remember();
            gate = Classes.hasServer() ? RequestGate.close() : null;
          });
    }
  }

  @Override
  public void afterRestore(List<String> arguments) {
    try {
      if (remembered != null) {
        asApplication(remembered::apply);
      }
    } finally {
      if (gate != null) {
        gate.open();
      }
      remembered = null;
      gate = null;
    }
  }

  /** Runs work with the class loader by which Quarkus finds the application's configuration. */
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
