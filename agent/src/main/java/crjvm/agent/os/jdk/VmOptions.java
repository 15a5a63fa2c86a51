package crjvm.agent.os.jdk;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** HotSpot's manageable options, which can be set while the JVM runs. */
public final class VmOptions {
  private static final String UNITS = "kmgt";
  private static final int UNIT_SHIFT = 10;

  private final HotSpotDiagnosticMXBean diagnostics;

  /**
   * The type of an option's values. The launcher knows the types by their names in small letters.
   */
  public enum Type {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    TEXT;

    /** Returns the type of an option's value, because HotSpot does not report types. */
    static Type of(String value) {
      if (value.equals("true") || value.equals("false")) {
        return BOOLEAN;
      } else if (value.matches("-?[0-9]+")) {
        return INTEGER;
      }
      return value.matches("-?[0-9]+\\.[0-9]+") ? DECIMAL : TEXT;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private VmOptions(HotSpotDiagnosticMXBean diagnostics) {
    this.diagnostics = diagnostics;
  }

  public static VmOptions ofThisJvm() {
    return new VmOptions(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class));
  }

  /** Returns lines {@code NAME TYPE} in order. */
  public List<String> manageable() {
    return diagnostics.getDiagnosticOptions().stream()
        .filter(VMOption::isWriteable)
        .map(option -> option.getName() + " " + Type.of(option.getValue()))
        .sorted()
        .toList();
  }

  /**
   * Returns whether this JVM has such an option, which can be set and which the user has not set.
   */
  public boolean isFree(String name) {
    try {
      VMOption option = diagnostics.getVMOption(name);
      return option.isWriteable()
          && (option.getOrigin() == VMOption.Origin.DEFAULT
              || option.getOrigin() == VMOption.Origin.ERGONOMIC);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Sets an option.
   *
   * @param value the value; a number may have a unit as on the command line, such as 64m
   * @throws IllegalArgumentException HotSpot refuses the value
   */
  public void set(String name, String value) {
    boolean isNumber = Type.of(diagnostics.getVMOption(name).getValue()) == Type.INTEGER;
    diagnostics.setVMOption(name, isNumber ? plain(value) : value);
  }

  /**
   * Returns the number without its unit. Other text is returned unchanged, for HotSpot to refuse.
   */
  static String plain(String value) {
    if (!value.matches("-?[0-9]+[kmgtKMGT]")) {
      return value;
    }
    int last = value.length() - 1;
    int unit = UNITS.indexOf(Character.toLowerCase(value.charAt(last))) + 1;
    try {
      long number = Long.parseLong(value.substring(0, last));
      return Long.toString(Math.multiplyExact(number, 1L << (unit * UNIT_SHIFT)));
    } catch (NumberFormatException | ArithmeticException e) {
      return value;
    }
  }

  /** Returns the present value of an option that this JVM has. */
  public String value(String name) {
    return diagnostics.getVMOption(name).getValue();
  }

  /** Returns the command-line option that gives the option its present value. */
  public String commandLine(String name) {
    String value = diagnostics.getVMOption(name).getValue();
    if (Type.of(value) == Type.BOOLEAN) {
      return "-XX:" + (Boolean.parseBoolean(value) ? "+" : "-") + name;
    }
    return "-XX:" + name + "=" + value;
  }

  /**
   * Loads all code for setting options by setting a value that is refused. An accepted value, even
   * the present one, would make the option count as set by the user from then on ({@code jcmd
   * VM.flags}).
   */
  public void rehearse() {
    for (VMOption option : diagnostics.getDiagnosticOptions()) {
      if (option.isWriteable() && Type.of(option.getValue()) == Type.BOOLEAN) {
        try {
          set(option.getName(), "neither");
        } catch (IllegalArgumentException e) {
          return;
        }
      }
    }
  }
}
