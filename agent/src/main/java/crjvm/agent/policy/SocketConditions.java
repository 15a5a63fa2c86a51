package crjvm.agent.policy;

import crjvm.agent.os.Descriptors;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.PathMatcher;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The conditions of rules for sockets: the family and the two addresses. */
final class SocketConditions {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final String ANY = "*";

  private static final Map<String, Set<Integer>> FAMILIES =
      Map.of(
          "ipv4", Set.of(AF_INET),
          "inet4", Set.of(AF_INET),
          "ipv6", Set.of(AF_INET6),
          "inet6", Set.of(AF_INET6),
          "ip", Set.of(AF_INET, AF_INET6),
          "inet", Set.of(AF_INET, AF_INET6),
          "unix", Set.of(AF_UNIX));

  private SocketConditions() {}

  static Predicate<OpenFile> of(Map<String, PolicyEntry> entries) throws PolicyException {
    Predicate<OpenFile> condition = OpenFile::isSocket;
    PolicyEntry family = entries.get("family");
    if (family != null) {
      condition = condition.and(family(family));
    }
    return condition
        .and(end(entries, "local", file -> SocketAddress.local(file.number())))
        .and(end(entries, "remote", file -> SocketAddress.remote(file.number())));
  }

  private static Predicate<OpenFile> family(PolicyEntry entry) throws PolicyException {
    Set<Integer> wanted = FAMILIES.get(entry.value().toLowerCase(Locale.ROOT));
    if (wanted == null) {
      throw new PolicyException(
          entry.line(),
          "family \""
              + entry.value()
              + "\" is not one of ipv4, ipv6, ip, inet4, inet6, inet, unix");
    }
    return file -> wanted.contains(Descriptors.socketFamily(file.number()));
  }

  private static Predicate<OpenFile> end(
      Map<String, PolicyEntry> entries,
      String side,
      Function<OpenFile, Optional<SocketAddress>> addressOf)
      throws PolicyException {
    Predicate<SocketAddress> condition =
        address(entries.get(side + "address"))
            .and(port(entries.get(side + "port")))
            .and(path(entries.get(side + "path")));
    boolean isAsked =
        entries.containsKey(side + "address")
            || entries.containsKey(side + "port")
            || entries.containsKey(side + "path");
    return isAsked ? file -> addressOf.apply(file).filter(condition).isPresent() : file -> true;
  }

  private static Predicate<SocketAddress> address(PolicyEntry entry) throws PolicyException {
    if (entry == null || entry.value().equals(ANY)) {
      return address -> entry == null || address.host().isPresent();
    }
    try {
      InetAddress wanted = InetAddress.getByName(entry.value());
      return address -> address.host().filter(wanted::equals).isPresent();
    } catch (UnknownHostException e) {
      throw new PolicyException(entry.line(), "\"" + entry.value() + "\" is no address");
    }
  }

  private static Predicate<SocketAddress> port(PolicyEntry entry) throws PolicyException {
    if (entry == null || entry.value().equals(ANY)) {
      return address -> entry == null || address.port() > 0;
    }
    int wanted = Conditions.number(entry);
    return address -> address.port() == wanted;
  }

  private static Predicate<SocketAddress> path(PolicyEntry entry) throws PolicyException {
    if (entry == null) {
      return address -> true;
    }
    PathMatcher matcher = Conditions.matcher(entry);
    return address -> address.path().filter(path -> Conditions.matches(matcher, path)).isPresent();
  }
}
