package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.HostName;
import crjvm.agent.identity.value.OwnAddress;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The instance at Eureka. Its default id consists of host, application and port. If the host is
 * this machine, a copy gets its own host and port in the id, in the address and in the URLs. Eureka
 * does not know the new id, so the client registers it with the next heartbeat.
 */
public final class EurekaInstances implements Holder {
  /**
   * The fields of the instance, of its configuration and of a host that may have the place. Other
   * texts are not changed, because an application may have the name of the machine.
   */
  private static final Set<String> TEXTS =
      Set.of(
          "first",
          "healthCheckExplicitUrl",
          "healthCheckUrl",
          "homePageUrl",
          "hostName",
          "hostname",
          "instanceId",
          "ipAddr",
          "ipAddress",
          "second",
          "statusPageExplicitUrl",
          "statusPageUrl");

  private static final Set<String> PORTS = Set.of("nonSecurePort", "port");

  @Override
  public List<String> objects() {
    return List.of("com.netflix.appinfo.ApplicationInfoManager");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object instance = Members.get(owner, "instanceInfo");
    if (instance == null) {
      return;
    }
    Place place = Place.of(instance);
    String id = (String) Members.get(instance, "instanceId");
    boolean isSecure = (Boolean) Members.get(instance, "isSecurePortEnabled");
    if (isSecure || place == null || !place.id().equalsIgnoreCase(id)) {
      found.share("the instance \"" + id + "\" at Eureka");
      return;
    }
    List<Text> texts = new ArrayList<>();
    List<Port> ports = new ArrayList<>();
    addFields(instance, place, texts, ports);
    Object config = Members.get(owner, "config");
    if (config != null) {
      addFields(config, place, texts, ports);
      if (Members.hasField(config, "hostInfo")) {
        addFields(Members.get(config, "hostInfo"), place, texts, ports);
      }
    }
    found.add(new Move(texts, ports, place));
  }

  private record Text(Object owner, MutableField field, String before) {}

  private record Port(Object owner, MutableField field) {}

  private static void addFields(Object owner, Place place, List<Text> texts, List<Port> ports)
      throws IllegalAccessException {
    for (Field field : owner.getClass().getDeclaredFields()) {
      if (TEXTS.contains(field.getName())) {
        MutableField each = new MutableField(field);
        if (each.get(owner) instanceof String text
            && !place.moved(text, Place.ELSEWHERE).equals(text)) {
          texts.add(new Text(owner, each, text));
        }
      } else if (PORTS.contains(field.getName())) {
        MutableField each = new MutableField(field);
        if (each.get(owner).equals(place.port)) {
          ports.add(new Port(owner, each));
        }
      }
    }
  }

  /** The place of an instance. */
  record Place(String host, String address, String application, int port) {
    /** A place that no instance has, to see which texts would change. */
    static final Place ELSEWHERE = new Place("", "", "", 0);

    static Place of(Object instance) throws ReflectiveOperationException {
      return of(
          (String) Members.get(instance, "hostName"),
          (String) Members.get(instance, "ipAddr"),
          (String) Members.get(instance, "appName"),
          Members.getInt(instance, "port"));
    }

    /** Returns null if the host name is not the machine's. */
    static Place of(String host, String address, String application, int port) {
      try {
        boolean isOwn = host != null && (host.equals(address) || host.equals(HostName.now()));
        return isOwn && application != null ? new Place(host, address, application, port) : null;
      } catch (IOException e) {
        return null;
      }
    }

    String id() {
      return host + ":" + application + ":" + port;
    }

    /** Returns the place of this process, which may listen at another port. */
    Place moved() throws IOException {
      String newAddress = OwnAddress.now(address);
      String newHost = host.equals(address) ? newAddress : HostName.now();
      return new Place(
          newHost, newAddress, application, Integer.getInteger("crjvm.listen." + port, port));
    }

    /**
     * Returns the text with the other place in it, if the text is the id, the host, the address or
     * a URL of this place.
     */
    String moved(String text, Place other) {
      if (text.equalsIgnoreCase(id())) {
        int end = text.length() - Integer.toString(port).length();
        return other.host + text.substring(host.length(), end) + other.port;
      } else if (text.equals(host)) {
        return other.host;
      } else if (text.equals(address)) {
        return other.address;
      }
      return text.contains("://" + host + ":")
          ? text.replace("://" + host + ":", "://" + other.host + ":")
              .replaceFirst(":" + port + "(?=/|$)", ":" + other.port)
          : text;
    }
  }

  private record Move(List<Text> texts, List<Port> ports, Place place) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      Place own = place.moved();
      for (Text text : texts) {
        text.field.set(text.owner, place.moved(text.before, own));
      }
      for (Port port : ports) {
        port.field.set(port.owner, own.port);
      }
    }

    @Override
    public void rehearse() throws Exception {
      Place own = place.moved();
      for (Text text : texts) {
        place.moved(text.before, own);
        text.field.set(text.owner, text.before);
      }
      for (Port port : ports) {
        port.field.set(port.owner, place.port);
      }
    }
  }
}
