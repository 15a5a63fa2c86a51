package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jna.Kernel;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.TimeZone;
import java.util.function.Supplier;

/**
 * The step that sets the default time zone, which the JDK takes only once from TZ or the machine.
 * It is not changed if the application or an option had set another zone than the machine's. For a
 * zone with an unknown name, such as {@code TZ=XYZ+3}, Java uses the C library's offset from GMT. A
 * default that nobody has asked for before the checkpoint is left to the JDK.
 */
final class TimeZoneStep implements RestoreStep {
  private static final String PROPERTY = "user.timezone";

  /** The zone that Java returns for an unknown name. */
  private static final String UNKNOWN = "GMT";

  private final Method systemZone;
  private final Method systemOffset;
  private final String javaHome = System.getProperty("java.home");
  private final boolean followsSystem;
  private final boolean isUsed;
  private String known;

  TimeZoneStep() throws ReflectiveOperationException {
    systemZone = JdkInside.method(TimeZone.class, "getSystemTimeZoneID", String.class);
    systemOffset = JdkInside.method(TimeZone.class, "getSystemGMTOffsetID");
    known = systemZone();
    isUsed = JdkInside.field(TimeZone.class, "defaultTimeZone").get(null) != null;
    followsSystem =
        isUsed
            && known != null
            && !isOption()
            && TimeZone.getDefault().getID().equals(zone(known).getID());
  }

  private static boolean isOption() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .anyMatch(argument -> argument.startsWith("-D" + PROPERTY + "="));
  }

  private String systemZone() throws ReflectiveOperationException {
    return (String) systemZone.invoke(null, javaHome);
  }

  private TimeZone zone(String name) throws ReflectiveOperationException {
    TimeZone zone = TimeZone.getTimeZone(name);
    boolean isKnown = zone.getID().equals(name) || !zone.getID().equals(UNKNOWN);
    return isKnown ? zone : TimeZone.getTimeZone((String) systemOffset.invoke(null));
  }

  @Override
  public String name() {
    return "time zone";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    String zone = explicit(message);
    if (zone == null && (followsSystem || !isUsed)) {
      zone = systemZone();
    }
    if (zone == null || zone.equals(known)) {
      return NOTHING;
    }
    Kernel.readTimeZone();
    if (!isUsed) {
      String machines = known;
      known = zone;
      return () -> machines + " -> " + known;
    }
    TimeZone before = TimeZone.getDefault();
    TimeZone after = zone(zone);
    known = zone;
    System.setProperty(PROPERTY, after.getID());
    TimeZone.setDefault(after);
    return () -> before.getID() + " -> " + after.getID();
  }

  @Override
  public void rehearse() {
    Kernel.readTimeZone();
    TimeZone.getTimeZone("Pacific/Auckland");
  }

  private static String explicit(RestoreMessage message) {
    String zone = null;
    for (String property : message.properties()) {
      if (property.startsWith(PROPERTY + "=")) {
        zone = property.substring(PROPERTY.length() + 1);
      }
    }
    return zone;
  }
}
