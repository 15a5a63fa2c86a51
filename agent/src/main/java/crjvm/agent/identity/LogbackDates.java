package crjvm.agent.identity;

import crjvm.agent.library.Members;
import crjvm.agent.os.MutableField;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TimeZone;

/** The time zone in which Logback writes dates, where it is the machine's. */
final class LogbackDates implements Holder {
  @Override
  public List<String> objects() {
    return List.of("ch.qos.logback.core.util.CachingDateFormatter");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (!Members.hasField(owner, "zoneId")) {
      return; // before 1.3
    }
    MutableField zone = new MutableField(Members.field(owner.getClass(), "zoneId"));
    if (!ZoneId.systemDefault().equals(zone.get(owner))) {
      return; // chosen
    }
    MutableField format = new MutableField(Members.field(owner.getClass(), "dtf"));
    DateTimeFormatter before = (DateTimeFormatter) format.get(owner);
    found.add(new FieldChange(owner, zone, entropy -> zone()));
    if (before.getZone() != null) {
      found.add(new FieldChange(owner, format, entropy -> before.withZone(zone())));
    }
  }

  private static ZoneId zone() {
    return TimeZone.getDefault().toZoneId();
  }
}
