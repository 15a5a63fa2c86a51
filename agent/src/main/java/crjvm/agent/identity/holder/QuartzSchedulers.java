package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.HostName;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The instance ids of Quartz's clustered schedulers. A scheduler that is not in standby has
 * acquired triggers, and each copy would fire them.
 */
public final class QuartzSchedulers implements Holder {
  private static final String CLASS = "org.quartz.core.QuartzScheduler";
  private static final String ID = "instanceId";

  /** The ids that {@code AUTO} makes from the machine's name and the time in milliseconds. */
  private static final Pattern AUTO = Pattern.compile(".*[0-9]{13}");

  private static final long LEAST_SUFFIX = 1_000_000_000_000L;

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object resources = Members.get(owner, "resources");
    Object store = Members.get(resources, "jobStore");
    if (isOn(owner, "closed") || isOn(owner, "shuttingDown") || !isClustered(store)) {
      return;
    }
    String scheduler = "the clustered Quartz scheduler \"" + Members.get(resources, "name") + "\"";
    String id = (String) Members.get(resources, ID);
    if (!isOn(Members.get(owner, "schedThread"), "paused")) {
      found.refuse(scheduler + ", which is not in standby");
    } else if (!AUTO.matcher(id).matches() || !Members.hasField(store, ID)) {
      found.refuse(scheduler + ", whose instance id \"" + id + "\" is not of AUTO's kind");
    } else {
      found.add(renewal(resources, store));
    }
  }

  private static boolean isOn(Object owner, String field) throws ReflectiveOperationException {
    return (Boolean) Members.get(owner, field);
  }

  private static boolean isClustered(Object store) throws ReflectiveOperationException {
    return (Boolean) Members.method(store.getClass(), "isClustered").invoke(store);
  }

  private static Renewal renewal(Object resources, Object store)
      throws ReflectiveOperationException {
    List<Place> places = new ArrayList<>();
    places.add(new Place(resources, new MutableField(Members.field(resources.getClass(), ID))));
    places.add(new Place(store, new MutableField(Members.field(store.getClass(), ID))));
    Object delegate = Members.get(store, "delegate"); // Quartz makes it at the first query.
    if (delegate != null) {
      places.add(new Place(delegate, new MutableField(Members.field(delegate.getClass(), ID))));
    }
    MutableField first = new MutableField(Members.field(store.getClass(), "firstCheckIn"));
    return new NewMember(places, store, first);
  }

  private record Place(Object owner, MutableField field) {}

  /** A change that turns the scheduler into one that the cluster has not seen yet. */
  private record NewMember(List<Place> places, Object store, MutableField first)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws IOException, IllegalAccessException {
      String id = newId(entropy);
      for (Place place : places) {
        place.field.set(place.owner, id);
      }
      first.set(store, true);
    }

    private String newId(Entropy entropy) throws IOException {
      // The number is random, because copies may start in the same millisecond.
      return HostName.now() + (LEAST_SUFFIX + (entropy.nextLong() >>> 1) % (9 * LEAST_SUFFIX));
    }

    @Override
    public void rehearse() throws IOException, IllegalAccessException {
      HostName.now();
      for (Place place : places) {
        place.field.set(place.owner, place.field.get(place.owner));
      }
      first.set(store, first.get(store));
    }
  }
}
