package crjvm.agent.restore;

import crjvm.agent.message.Console;
import crjvm.agent.os.jdk.VmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The step that sets the launcher's {@code --vm-option Name=Value}. The launcher has compared names
 * and types with those in the image. Only HotSpot knows which values are valid.
 */
final class VmOptionsStep implements RestoreStep {
  private final VmOptions options = VmOptions.ofThisJvm();

  @Override
  public String name() {
    return "VM options";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) {
    List<String> set = new ArrayList<>();
    for (String option : message.vmOptions()) {
      int equals = option.indexOf('=');
      try {
        options.set(option.substring(0, equals), option.substring(equals + 1));
        set.add(option);
      } catch (IllegalArgumentException e) {
        Console.say(
            "the VM option \""
                + option
                + "\" can't be set ("
                + e.getMessage()
                + "); give it another value");
      }
    }
    return set.isEmpty() ? NOTHING : () -> Names.count(set, "set");
  }

  @Override
  public void rehearse() {
    options.rehearse();
  }
}
