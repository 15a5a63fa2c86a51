package crjvm.micronaut;

import crjvm.CheckpointListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the settings at a checkpoint, and applies those of a restore. crjvm finds this class in
 * {@code META-INF/services}.
 */
public final class SettingsListener implements CheckpointListener {
  private final List<ContextSettings> remembered = new ArrayList<>();

  @Override
  public void beforeCheckpoint() {
    Contexts.running().forEach(context -> remembered.add(ContextSettings.remember(context)));
    RequestGate.close();
  }

  @Override
  public void afterRestore(List<String> arguments) {
    try {
      remembered.forEach(each -> each.apply(arguments));
    } finally {
      remembered.clear();
      RequestGate.open();
    }
  }
}
