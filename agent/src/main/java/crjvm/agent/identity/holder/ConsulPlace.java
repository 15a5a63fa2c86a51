package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.HostName;
import crjvm.agent.identity.value.InstanceName;
import crjvm.agent.identity.value.OwnAddress;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine in the registration of an instance at Consul.
 *
 * @param host the name of the machine; empty: it is not known
 * @param address the address of the machine; empty: it has none
 */
record ConsulPlace(String host, String address) {
  /** The name under which InstanceName knows the parts of an id. */
  private static final String KEY = "instance";

  private static final Pattern RANDOM =
      Pattern.compile(
          "(?<![A-Za-z0-9])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
              + "(?![A-Za-z0-9])");

  /** Returns the place of this process. */
  static ConsulPlace now() {
    String host = "";
    String address = "";
    try {
      host = HostName.now();
      address = OwnAddress.now("");
    } catch (IOException e) {
      // The application could not find them either, so the registration has none.
    }
    return new ConsulPlace(host, address);
  }

  /**
   * Returns the part of the place that is looked for in ids of a service. If the service has the
   * name of the machine, the name in its ids does not mean the machine.
   *
   * @param service the name of the service, or null
   */
  ConsulPlace ofIdsOf(String service) {
    return normalized(host).equalsIgnoreCase(service) ? new ConsulPlace("", address) : this;
  }

  /** Returns the name as it is in the ids of Consul. */
  private static String normalized(String host) {
    return host.replaceAll("[^A-Za-z0-9]+", "-");
  }

  /** Returns the pattern of a whole word in an id. */
  private static Pattern word(String text) {
    return Pattern.compile(
        "(?<![A-Za-z0-9])" + Pattern.quote(text) + "(?![A-Za-z0-9])", Pattern.CASE_INSENSITIVE);
  }

  /** Returns whether the id has a part that only one process or machine has. */
  boolean isOwn(String id) {
    Matcher random = RANDOM.matcher(id);
    if (random.find() && InstanceName.of(KEY, random.group()) != null) {
      return true;
    }
    return !host.isEmpty()
        && (word(host).matcher(id).find() || word(normalized(host)).matcher(id).find());
  }

  /**
   * Returns the id of a copy.
   *
   * @param random receives the new random parts by the old ones, which may be in several ids
   * @param entropy the source of random parts, or null for a rehearsal, which makes none
   */
  String movedId(
      String id, int port, ConsulPlace other, Map<String, String> random, Entropy entropy)
      throws IOException {
    StringBuilder moved = new StringBuilder();
    Matcher matcher = RANDOM.matcher(id);
    while (matcher.find()) {
      matcher.appendReplacement(moved, renewed(matcher.group(), random, entropy));
    }
    matcher.appendTail(moved);
    String text = moved.toString();
    if (!host.isEmpty() && !other.host.isEmpty()) {
      text = word(host).matcher(text).replaceAll(Matcher.quoteReplacement(other.host));
      text =
          word(normalized(host))
              .matcher(text)
              .replaceAll(Matcher.quoteReplacement(normalized(other.host)));
    }
    return port == moved(port)
        ? text
        : word(Integer.toString(port)).matcher(text).replaceAll(Integer.toString(moved(port)));
  }

  private static String renewed(String before, Map<String, String> random, Entropy entropy)
      throws IOException {
    String renewed = random.get(before);
    if (renewed == null) {
      InstanceName name = InstanceName.of(KEY, before);
      renewed = name == null || entropy == null ? before : name.now(entropy);
      random.put(before, renewed);
    }
    return renewed;
  }

  String movedHost(String text, ConsulPlace other) {
    if (text.isEmpty()) {
      return text;
    } else if (text.equals(host)) {
      return other.host;
    }
    return text.equals(address) ? other.address : text;
  }

  String movedUrl(String url, int port, ConsulPlace other) {
    String moved = url;
    for (String own : new String[] {host, address}) {
      if (!own.isEmpty()) {
        moved = moved.replace("://" + own + ":", "://" + movedHost(own, other) + ":");
      }
    }
    return moved.equals(url) && port == moved(port)
        ? url
        : moved.replaceFirst(":" + port + "(?=/|$)", ":" + moved(port));
  }

  /** Returns the port on which a copy listens instead of this port. */
  static int moved(int port) {
    return Integer.getInteger("crjvm.listen." + port, port);
  }
}
