package crjvm.agent.os;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/** HotSpot's manageable options: those that can be set while the JVM runs. */
public final class VmOptions {
  private static final String UNITS = "kmgt";
  private static final int UNIT_SHIFT = 10;

  private final HotSpotDiagnosticMXBean diagnostics;

  /** What values an option takes; the launcher knows these by their names in small letters. */
  public enum Type {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    TEXT;

    /** HotSpot does not tell types; the value that an option has does. */
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

  /** {@code NAME TYPE}, in order. */
  public List<String> manageable() {
    return diagnostics.getDiagnosticOptions().stream()
        .filter(VMOption::isWriteable)
        .map(option -> option.getName() + " " + Type.of(option.getValue()))
        .sorted()
        .toList();
  }

  /** Whether this JVM has such an option, which can be set and which nobody has chosen. */
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
   * @param value a number may have one of the units of the command line, as in 64m
   * @throws IllegalArgumentException HotSpot does not want it
   */
  public void set(String name, String value) {
    boolean isNumber = Type.of(diagnostics.getVMOption(name).getValue()) == Type.INTEGER;
    diagnostics.setVMOption(name, isNumber ? plain(value) : value);
  }

  /** Without unit; what is no such number stays, for HotSpot to refuse. */
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

  /** What a command line would say so that the option has the value that it has now. */
  public String commandLine(String name) {
    String value = diagnostics.getVMOption(name).getValue();
    if (Type.of(value) == Type.BOOLEAN) {
      return "-XX:" + (Boolean.parseBoolean(value) ? "+" : "-") + name;
    }
    return "-XX:" + name + "=" + value;
  }

  /**
   * Has all code for it loaded, by a value that is refused: one that is set, be it what it was,
   * would count as chosen from then on ({@code jcmd VM.flags}).
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
