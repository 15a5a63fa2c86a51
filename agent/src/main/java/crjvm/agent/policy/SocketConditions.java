package crjvm.agent.policy;

import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.descriptor.SocketAddress;
import crjvm.agent.os.process.OpenFile;
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

  static Predicate<OpenFile> of(Map<String, PolicyValue> values) throws PolicyException {
    Predicate<OpenFile> condition = OpenFile::isSocket;
    PolicyValue family = values.get("family");
    if (family != null) {
      condition = condition.and(family(family));
    }
    return condition
        .and(end(values, "local", file -> SocketAddress.local(file.number())))
        .and(end(values, "remote", file -> SocketAddress.remote(file.number())));
  }

  private static Predicate<OpenFile> family(PolicyValue value) throws PolicyException {
    Set<Integer> wanted = FAMILIES.get(value.value().toLowerCase(Locale.ROOT));
    if (wanted == null) {
      throw new PolicyException(
          value.line(),
          "family \""
              + value.value()
              + "\" is not one of ipv4, ipv6, ip, inet4, inet6, inet, unix");
    }
    return file -> wanted.contains(Descriptors.socketFamily(file.number()));
  }

  private static Predicate<OpenFile> end(
      Map<String, PolicyValue> values,
      String side,
      Function<OpenFile, Optional<SocketAddress>> addressOf)
      throws PolicyException {
    Predicate<SocketAddress> condition =
        address(values.get(side + "address"))
            .and(port(values.get(side + "port")))
            .and(path(values.get(side + "path")));
    boolean isAsked =
        values.containsKey(side + "address")
            || values.containsKey(side + "port")
            || values.containsKey(side + "path");
    return isAsked ? file -> addressOf.apply(file).filter(condition).isPresent() : file -> true;
  }

  private static Predicate<SocketAddress> address(PolicyValue value) throws PolicyException {
    if (value == null || value.value().equals(ANY)) {
      return address -> value == null || address.host().isPresent();
    }
    try {
      InetAddress wanted = InetAddress.getByName(value.value());
      return address -> address.host().filter(wanted::equals).isPresent();
    } catch (UnknownHostException e) {
      throw new PolicyException(value.line(), "\"" + value.value() + "\" is not an address");
    }
  }

  private static Predicate<SocketAddress> port(PolicyValue value) throws PolicyException {
    if (value == null || value.value().equals(ANY)) {
      return address -> value == null || address.port() > 0;
    }
    int wanted = Conditions.number(value);
    return address -> address.port() == wanted;
  }

  private static Predicate<SocketAddress> path(PolicyValue value) throws PolicyException {
    if (value == null) {
      return address -> true;
    }
    PathMatcher matcher = Conditions.matcher(value);
    return address -> address.path().filter(path -> Conditions.matches(matcher, path)).isPresent();
  }
}
