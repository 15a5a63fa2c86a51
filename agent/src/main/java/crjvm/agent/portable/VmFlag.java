package crjvm.agent.portable;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * A flag of HotSpot that keeps it from using an instruction.
 *
 * @param value the highest allowed value, if it is a number
 */
record VmFlag(String name, String value) {
  static VmFlag off(String name) {
    return new VmFlag(name, "false");
  }

  /** Returns the flag's option for the command line. */
  String option() {
    return value.equals("false") ? "-XX:-" + name : "-XX:" + name + "=" + value;
  }

  /** Returns the flag's value in this JVM, or null if the JVM has no such flag. */
  String current() {
    var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return diagnostics.getVMOption(name).getValue();
    } catch (IllegalArgumentException e) {
      return null; // this includes a diagnostic flag while those are locked
    }
  }

  boolean isKeptBy(String current) {
    if (value.equals("false")) {
      return value.equals(current);
    }
    return Integer.parseInt(current) <= Integer.parseInt(value);
  }
}
