package crjvm.spring;

import crjvm.CheckpointListener;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Remembers what the settings were at a checkpoint, and applies those of a restore. crjvm finds it
 * by {@code META-INF/services}.
 */
public final class SettingsListener implements CheckpointListener {
  private List<ContextSettings> remembered = List.of();

  @Override
  public void beforeCheckpoint() {
    List<ContextSettings> all = new ArrayList<>();
    for (ConfigurableApplicationContext context : ContextListener.contexts()) {
      all.add(ContextSettings.remember(context));
    }
    remembered = all;
  }

  @Override
  public void afterRestore(List<String> arguments) {
    for (ContextSettings each : remembered) {
      each.apply(arguments);
    }
    remembered = List.of();
  }
}
