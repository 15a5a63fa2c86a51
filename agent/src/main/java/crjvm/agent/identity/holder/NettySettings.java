package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The search domains and the {@code ndots} of {@code /etc/resolv.conf}, which Netty reads once.
 * Each resolver keeps them, where the application has not chosen others. An application may have
 * several copies of Netty's classes.
 */
final class NettySettings implements Renewal {
  static final String RESOLVER = NettyServers.PACKAGE + "DnsNameResolver";
  static final String DOMAINS = "DEFAULT_SEARCH_DOMAINS";
  static final String OPTIONS = "DEFAULT_OPTIONS";

  private final Map<Class<?>, Setting> settings = new HashMap<>();

  /** Adds a resolver to those that get the settings of the machine. */
  static void addResolver(Object resolver, Found found) throws ReflectiveOperationException {
    Class<?> type = resolver.getClass();
    while (!type.getName().equals(RESOLVER)) {
      type = type.getSuperclass();
    }
    of(type, found).add(resolver);
  }

  /** Adds the settings of resolvers that do not exist yet. */
  static void addDefaults(Class<?> type, Found found) throws ReflectiveOperationException {
    Setting setting = of(type, found);
    if (Modifier.isFinal(Members.field(type, DOMAINS).getModifiers())) { // loaded before the agent
      found.share("the search domains of " + RESOLVER);
    } else {
      setting.hasDefaults = true;
    }
  }

  private static Setting of(Class<?> type, Found found) throws ReflectiveOperationException {
    NettySettings all = found.renewal(NettySettings.class, NettySettings::new);
    Setting setting = all.settings.get(type);
    if (setting == null) {
      setting = new Setting(type);
      all.settings.put(type, setting);
    }
    return setting;
  }

  @Override
  public void renew(Entropy entropy) throws Exception {
    for (Setting setting : settings.values()) {
      setting.renew(true);
    }
  }

  @Override
  public void rehearse() throws Exception {
    for (Setting setting : settings.values()) {
      setting.renew(false);
    }
  }

  /** The settings of one class of resolvers. */
  private static final class Setting {
    private final MutableField defaultDomains;
    private final MutableField defaultOptions;
    private final MutableField domains;
    private final MutableField dots;
    private final Method readDomains;
    private final Method readOptions;
    private final Field optionsDots;
    private final List<Object> withDomains = new ArrayList<>();
    private final List<Object> withDots = new ArrayList<>();
    private boolean hasDefaults;

    Setting(Class<?> type) throws ReflectiveOperationException {
      defaultDomains = new MutableField(Members.field(type, DOMAINS));
      Field options = Members.field(type, OPTIONS);
      defaultOptions = new MutableField(options);
      optionsDots = Members.field(options.getType(), "ndots");
      domains = new MutableField(Members.field(type, "searchDomains"));
      dots = new MutableField(Members.field(type, "ndots"));
      Class<?> reader =
          Class.forName(
              NettyServers.PACKAGE + "UnixResolverDnsServerAddressStreamProvider",
              false,
              type.getClassLoader());
      readDomains = Members.method(reader, "parseEtcResolverSearchDomains");
      readOptions = Members.method(reader, "parseEtcResolverOptions");
    }

    /**
     * Adds a resolver. Netty copies domains that an application has chosen, and only those. Vert.x
     * 5 always chooses the dots.
     */
    void add(Object resolver) throws ReflectiveOperationException {
      if (domains.get(resolver) == defaultDomains.get(null)) {
        withDomains.add(resolver);
      }
      Object hosts = Members.get(resolver, "hostsFileEntriesResolver");
      boolean isDefault = dots.get(resolver).equals(optionsDots.get(defaultOptions.get(null)));
      if (isDefault && !hosts.getClass().getName().equals(VertxResolvers.FIFTH)) {
        withDots.add(resolver);
      }
    }

    void renew(boolean isReal) throws Exception {
      Object newDomains;
      Object newOptions;
      try {
        newDomains = ((List<?>) Members.call(null, readDomains)).toArray(new String[0]);
        newOptions = Members.call(null, readOptions);
      } catch (IOException e) { // The machine does not have the file.
        return;
      }
      if (hasDefaults) {
        defaultDomains.set(null, isReal ? newDomains : defaultDomains.get(null));
        defaultOptions.set(null, isReal ? newOptions : defaultOptions.get(null));
      }
      for (Object resolver : withDomains) {
        domains.set(resolver, isReal ? newDomains : domains.get(resolver));
      }
      Object newDots = optionsDots.get(newOptions);
      for (Object resolver : withDots) {
        dots.set(resolver, isReal ? newDots : dots.get(resolver));
      }
    }
  }
}
