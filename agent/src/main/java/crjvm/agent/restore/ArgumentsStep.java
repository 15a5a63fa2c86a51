package crjvm.agent.restore;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The step that sets the arguments of this start as system properties, for applications that use
 * neither crjvm nor org.crac: {@code crjvm.args} (separated by newlines), {@code crjvm.args.count},
 * {@code crjvm.args.0} and so on. A restore without arguments keeps those of an earlier restore.
 */
final class ArgumentsStep implements RestoreStep {
  private static final String PREFIX = "crjvm.args";

  @Override
  public String name() {
    return "arguments";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) {
    if (message.keepsArguments()) {
      return NOTHING;
    }
    set(message.arguments());
    return () -> message.arguments().size() + " set";
  }

  /** Sets the arguments, or removes them if they are null. */
  static void set(List<String> arguments) {
    clear();
    if (arguments == null) {
      return;
    }
    System.setProperty(PREFIX, String.join("\n", arguments));
    System.setProperty(PREFIX + ".count", Integer.toString(arguments.size()));
    for (int i = 0; i < arguments.size(); i++) {
      System.setProperty(PREFIX + "." + i, arguments.get(i));
    }
  }

  /** Returns the arguments of an earlier restore of this process, or null if there are none. */
  static List<String> current() {
    Integer count = Integer.getInteger(PREFIX + ".count");
    if (count == null) {
      return null;
    }
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(System.getProperty(PREFIX + "." + i, ""));
    }
    return arguments;
  }

  private static void clear() {
    Integer count = Integer.getInteger(PREFIX + ".count");
    if (count != null) {
      for (int i = 0; i < count; i++) {
        System.clearProperty(PREFIX + "." + i);
      }
      System.clearProperty(PREFIX + ".count");
      System.clearProperty(PREFIX);
    }
  }
}
