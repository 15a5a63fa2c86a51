package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The renewal of all registrations at Consul, and of the heartbeats for them. */
final class ConsulMove implements Renewal {
  private static final List<String> HOSTS = List.of("address", "hostname", "ipAddress");
  private static final List<String> URLS = List.of("http", "healthCheckUrl");
  private static final List<String> IDS = List.of("id", "instanceId");

  /** The word that Consul puts before a service's id in the id of its check. */
  private static final String CHECK = "service:";

  private final ConsulPlace place = ConsulPlace.now();
  private final List<Text> ids = new ArrayList<>();
  private final List<Text> hosts = new ArrayList<>();
  private final List<Text> urls = new ArrayList<>();
  private final List<Text> heartbeats = new ArrayList<>();
  private final List<Port> ports = new ArrayList<>();
  private final List<Map<String, Object>> byId = new ArrayList<>();

  /**
   * @param place the names of the machine that the text may contain
   * @param port the port of the instance that has the text, or 0
   */
  private record Text(
      Object owner, MutableField field, String before, ConsulPlace place, int port) {}

  private record Port(Object owner, MutableField field, Integer before) {}

  /**
   * Adds a registration.
   *
   * @param properties Spring Cloud's settings, or null
   * @return whether a copy's id differs from this one
   */
  boolean add(Object service, Object properties) throws ReflectiveOperationException {
    Integer own = (Integer) Members.get(service, "port");
    int port = own == null ? 0 : own;
    ConsulPlace named = place.ofIdsOf((String) Members.get(service, "name"));
    addFields(service, named, port);
    Object check = Members.get(service, "check");
    if (check != null) {
      addFields(check, named, port);
    }
    if (properties != null) {
      addFields(properties, named, port);
      Object host = Members.get(properties, "hostInfo");
      if (host != null) {
        addFields(host, named, port);
      }
    }
    String id = (String) Members.get(service, "id");
    return id != null && named.isOwn(id);
  }

  private void addFields(Object owner, ConsulPlace named, int port)
      throws ReflectiveOperationException {
    addTexts(owner, IDS, named, port, ids);
    addTexts(owner, HOSTS, place, port, hosts);
    addTexts(owner, URLS, place, port, urls);
    if (Members.hasField(owner, "port") && Members.get(owner, "port") instanceof Integer before) {
      ports.add(new Port(owner, field(owner, "port"), before));
    }
  }

  private static void addTexts(
      Object owner, List<String> names, ConsulPlace place, int port, List<Text> texts)
      throws ReflectiveOperationException {
    for (String name : names) {
      if (Members.hasField(owner, name) && Members.get(owner, name) instanceof String before) {
        texts.add(new Text(owner, field(owner, name), before, place, port));
      }
    }
  }

  private static MutableField field(Object owner, String name) throws NoSuchFieldException {
    return new MutableField(Members.field(owner.getClass(), name));
  }

  /** Adds the maps in which heartbeats and services are found by their ids. */
  void addScheduler(Object scheduler) throws ReflectiveOperationException {
    for (String name : List.of("serviceHeartbeats", "registeredServices")) {
      if (Members.hasField(scheduler, name)) {
        byId.add(map(Members.get(scheduler, name)));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  void addHeartbeat(Object task) throws ReflectiveOperationException {
    addTexts(task, List.of("serviceId", "checkId"), place, 0, heartbeats);
  }

  @Override
  public void renew(Entropy entropy) throws Exception {
    ConsulPlace own = ConsulPlace.now();
    Map<String, String> newIds = new HashMap<>();
    Map<String, String> random = new HashMap<>();
    for (Text text : ids) {
      String id = text.place.movedId(text.before, text.port, own, random, entropy);
      newIds.put(text.before, id);
      newIds.put(CHECK + text.before, CHECK + id);
      text.field.set(text.owner, id);
    }
    for (Text text : hosts) {
      text.field.set(text.owner, text.place.movedHost(text.before, own));
    }
    for (Text text : urls) {
      text.field.set(text.owner, text.place.movedUrl(text.before, text.port, own));
    }
    for (Port port : ports) {
      port.field.set(port.owner, ConsulPlace.moved(port.before));
    }
    for (Text text : heartbeats) {
      text.field.set(text.owner, newIds.getOrDefault(text.before, text.before));
    }
    for (Map<String, Object> map : byId) {
      Map<String, Object> before = new HashMap<>(map);
      map.clear();
      before.forEach((id, value) -> map.put(newIds.getOrDefault(id, id), value));
    }
  }

  @Override
  public void rehearse() throws Exception {
    ConsulPlace own = ConsulPlace.now();
    List<List<Text>> all = List.of(ids, hosts, urls, heartbeats);
    for (List<Text> texts : all) {
      for (Text text : texts) {
        text.place.movedId(text.before, text.port, own, new HashMap<>(), null);
        text.place.movedHost(text.before, own);
        text.place.movedUrl(text.before, text.port, own);
        text.field.set(text.owner, text.before);
      }
    }
    for (Port port : ports) {
      ConsulPlace.moved(port.before);
      port.field.set(port.owner, port.before);
    }
    for (Map<String, Object> map : byId) {
      new HashMap<>(map).forEach((id, value) -> map.put(id, value));
    }
  }
}
