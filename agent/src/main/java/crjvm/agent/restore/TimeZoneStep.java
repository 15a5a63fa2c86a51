package crjvm.agent.restore;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.TimeZone;
import java.util.function.Supplier;

/**
 * The default time zone, which the JDK takes from TZ or the machine once: taken anew, unless the
 * application or an option had set another one than the machine's.
 */
final class TimeZoneStep implements RestoreStep {
  private static final String PROPERTY = "user.timezone";

  private final Method systemZone;
  private final String javaHome = System.getProperty("java.home");
  private final boolean followsSystem;
  private String known;

  TimeZoneStep() throws ReflectiveOperationException {
    systemZone = TimeZone.class.getDeclaredMethod("getSystemTimeZoneID", String.class);
    systemZone.setAccessible(true);
    known = systemZone();
    followsSystem = known != null && !isOption() && TimeZone.getDefault().getID().equals(known);
  }

  private static boolean isOption() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(argument -> argument.startsWith("-D" + PROPERTY + "="));
  }

  private String systemZone() throws ReflectiveOperationException {
    return (String) systemZone.invoke(null, javaHome);
  }

  @Override
  public String name() {
    return "time zone";
  }

  @Override
  public Supplier<String> apply(RestoreRequest request) throws ReflectiveOperationException {
    String zone = explicit(request);
    if (zone == null && followsSystem) {
      zone = systemZone();
    }
    if (zone == null || zone.equals(known)) {
      return NOTHING;
    }
    TimeZone before = TimeZone.getDefault();
    TimeZone after = TimeZone.getTimeZone(zone);
    known = zone;
    System.setProperty(PROPERTY, zone);
    TimeZone.setDefault(after);
    return () -> before.getID() + " -> " + after.getID();
  }

  @Override
  public void rehearse() {
    TimeZone.getTimeZone("Pacific/Auckland");
  }

  private static String explicit(RestoreRequest request) {
    String zone = null;
    for (String property : request.properties()) {
      if (property.startsWith(PROPERTY + "=")) {
        zone = property.substring(PROPERTY.length() + 1);
      }
    }
    return zone;
  }
}
