package crjvm.agent.portable;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * A flag of HotSpot that keeps it from using an instruction.
 *
 * @param value the highest one that is allowed, for a number
 */
record VmFlag(String name, String value) {
  static VmFlag off(String name) {
    return new VmFlag(name, "false");
  }

  /** As on the command line. */
  String option() {
    return value.equals("false") ? "-XX:-" + name : "-XX:" + name + "=" + value;
  }

  /** What this JVM has it set to; null: it knows no such flag. */
  String current() {
    var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    try {
      return diagnostics.getVMOption(name).getValue();
    } catch (IllegalArgumentException e) {
      return null; // also a diagnostic one while those are locked
    }
  }

  boolean isKeptBy(String current) {
    if (value.equals("false")) {
      return value.equals(current);
    }
    return Integer.parseInt(current) <= Integer.parseInt(value);
  }
}
