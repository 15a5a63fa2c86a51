package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TimeZone;

/** The time zone of dates in Logback's patterns, where it is the machine's zone. */
public final class LogbackDates implements Holder {
  /** The index of the zone in a date's options, which are format, zone and locale. */
  private static final int ZONE = 1;

  @Override
  public List<String> objects() {
    return List.of("ch.qos.logback.classic.pattern.DateConverter");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    List<?> options = (List<?>) Members.get(owner, "optionList");
    Object dates = Members.get(owner, "cachingDateFormatter");
    boolean isChosen = options != null && options.size() > ZONE;
    if (isChosen || dates == null || !Members.hasField(dates, "zoneId")) { // since 1.3
      return;
    }
    MutableField zone = new MutableField(Members.field(dates.getClass(), "zoneId"));
    MutableField format = new MutableField(Members.field(dates.getClass(), "dtf"));
    DateTimeFormatter before = (DateTimeFormatter) format.get(dates);
    found.add(new FieldChange(dates, zone, entropy -> zone()));
    if (before.getZone() != null) {
      found.add(new FieldChange(dates, format, entropy -> before.withZone(zone())));
    }
  }

  private static ZoneId zone() {
    return TimeZone.getDefault().toZoneId();
  }
}
