package crjvm.agent.setting;

import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.resource.SettingHooks;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.process.NativeEncoding;
import crjvm.door.Listeners;
import crjvm.image.Setting;
import crjvm.image.Setting.Kind;
import crjvm.image.Setting.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * The environment variables, system properties and arguments of the process at its checkpoint, with
 * a record of those that the application has read. It continues to use these values, even if a
 * restored process is started with others.
 */
public final class KnownSettings {
  /** Variables that the JVM itself has read. */
  private static final Set<String> OF_JVM =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  /** Settings that the steps of a restore apply. */
  private static final List<String> APPLIED =
      List.of(
          "LANG",
          "LANGUAGE",
          "LC_*",
          "OLDPWD",
          "PWD",
          "TZ",
          "-Duser.country",
          "-Duser.dir",
          "-Duser.language",
          "-Duser.script",
          "-Duser.timezone",
          "-Duser.variant");

  private static final String OWN_VARIABLES = "CRJVM_";
  private static final String OWN_PROPERTIES = "crjvm.";
  private static final String OPTION = "-D";
  private static final String ARGUMENT = "--";
  private static final String ANY = "*";

  private final SettingReads reads = new SettingReads();
  private final String agent;
  private final Names variables;
  private final Names properties;
  private volatile boolean hasMainBegun;
  private volatile boolean hasTrained;

  private KnownSettings(String agent, boolean isLate) {
    this.agent = "-javaagent:" + agent;
    variables = new Names(Kind.VARIABLE, OF_JVM, isLate);
    properties = new Names(Kind.PROPERTY, Set.of(), isLate);
  }

  /**
   * Starts to track settings, at the start of the JVM. The JDK's packages have to be open.
   *
   * @param agent the path of the agent's jar
   */
  public static KnownSettings track(PointTransformer hooks, String agent) {
    return track(hooks, new KnownSettings(agent, false));
  }

  /**
   * Starts to track settings in a running JVM. As its earlier reads are unknown, all settings count
   * as read.
   */
  public static KnownSettings trackFromNowOn(PointTransformer hooks, String agent) {
    return track(hooks, new KnownSettings(agent, true));
  }

  private static KnownSettings track(PointTransformer hooks, KnownSettings settings) {
    SettingHooks.addTo(
        hooks,
        settings.reads,
        why ->
            JdkLack.loseBecause(
                "starts do not say which settings they have that the application has read before",
                why));
    return settings;
  }

  /**
   * Returns an object without the information that has to be collected from the start of the JVM.
   */
  public static KnownSettings untracked(String agent) {
    return new KnownSettings(agent, true);
  }

  /**
   * Begins or ends a training, whose runs are taken back, except for the static state of classes
   * that they initialise. Nobody sees from outside what of it comes from a setting. So a start that
   * has another one is a normal start.
   */
  public void setTraining(boolean isTraining) {
    hasTrained = true;
    reads.setTraining(isTraining);
  }

  /** Records that the main method has begun, so that the application has got its arguments. */
  public void setMainBegun() {
    hasMainBegun = true;
  }

  /**
   * Returns the present settings. A setting that the application has read until now counts as read
   * for later checkpoints, too, with its present value, unless the application reads it again until
   * then.
   *
   * @param arguments the arguments of the application
   */
  public List<Setting> find(List<String> arguments) {
    List<Setting> found = new ArrayList<>();
    reads.setPaused(true);
    try {
      Map<String, String> present = new TreeMap<>(System.getenv());
      present.keySet().removeIf(name -> name.startsWith(OWN_VARIABLES));
      OF_JVM.forEach(name -> present.computeIfPresent(name, (key, value) -> withoutAgent(value)));
      variables.add(present, reads.variables(), reads.hasAllVariables(), found);
      properties.add(properties(), reads.properties(), false, found);
      reads.clear();
    } finally {
      reads.setPaused(false);
    }
    if (hasTrained) {
      found.add(new Setting(Kind.VARIABLE, Use.FIXED, ANY, 0));
      found.add(new Setting(Kind.PROPERTY, Use.FIXED, ANY, 0));
    }
    if (hasMainBegun && !Listeners.areThereAny()) { // listeners get the new ones
      String all = arguments.stream().map(each -> each + "\0").collect(Collectors.joining());
      found.add(new Setting(Kind.ARGUMENTS, Use.READ, "", checksum(all)));
    }
    reread().forEach(pattern -> found.add(setting(Use.REREAD, pattern, 0)));
    Listeners.ports()
        .forEach((port, names) -> names.forEach(name -> found.add(setting(Use.PORT, name, port))));
    return found;
  }

  /** Returns the setting for a name in the form of the public interface. */
  private static Setting setting(Use use, String name, int number) {
    if (name.startsWith(ARGUMENT)) {
      return new Setting(Kind.ARGUMENTS, use, name + "=", number);
    } else if (name.startsWith(OPTION)) {
      return new Setting(Kind.PROPERTY, use, name.substring(OPTION.length()), number);
    }
    return new Setting(Kind.VARIABLE, use, name, number);
  }

  private static List<String> reread() {
    List<String> patterns = new ArrayList<>(APPLIED);
    patterns.addAll(Listeners.reread());
    return patterns;
  }

  private static Map<String, String> properties() {
    Properties system = System.getProperties();
    Map<String, String> properties = new TreeMap<>();
    for (String name : system.stringPropertyNames()) {
      String value = system.getProperty(name);
      if (value != null && !name.startsWith(OWN_PROPERTIES)) {
        properties.put(name, value);
      }
    }
    return properties;
  }

  /**
   * Returns the options without the agent's own, which is there for the checkpoint, or null if
   * there are no others.
   */
  private String withoutAgent(String options) {
    String others =
        Arrays.stream(options.split("\\s+"))
            .filter(word -> !word.startsWith(agent))
            .collect(Collectors.joining(" "));
    return others.equals(options.strip()) ? options : others.isBlank() ? null : others;
  }

  /** Returns the checksum, which the restorer computes in the same way from the system's bytes. */
  private static int checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(NativeEncoding.CHARSET));
    return (int) crc.getValue();
  }

  /** All settings of a kind. */
  private static final class Names {
    private final Kind kind;
    private final Set<String> always;
    private final Map<String, Integer> read = new TreeMap<>();
    private final Set<Integer> missed = new TreeSet<>();
    private boolean isAllSeen;

    Names(Kind kind, Set<String> always, boolean isAllSeen) {
      this.kind = kind;
      this.always = always;
      this.isAllSeen = isAllSeen;
    }

    void add(Map<String, String> present, NumberSet names, boolean hasAll, List<Setting> found) {
      isAllSeen |= hasAll;
      for (int hash : names.toArray()) {
        missed.add(hash);
      }
      always.forEach(name -> missed.add(name.hashCode()));
      for (Map.Entry<String, String> entry : present.entrySet()) {
        String name = entry.getKey();
        int crc = checksum(entry.getValue());
        boolean isFirst = missed.remove(name.hashCode()) && !read.containsKey(name);
        if (isFirst || names.contains(name.hashCode())) {
          read.put(name, crc);
        }
        Use use = read.containsKey(name) ? Use.READ : isAllSeen ? Use.SEEN : Use.NONE;
        found.add(new Setting(kind, use, name, read.getOrDefault(name, crc)));
      }
      missed.forEach(hash -> found.add(new Setting(kind, Use.MISSED, "", hash)));
      if (isAllSeen && kind == Kind.VARIABLE) {
        found.add(new Setting(kind, Use.MISSED_ALL, "", 0));
      }
    }
  }
}
