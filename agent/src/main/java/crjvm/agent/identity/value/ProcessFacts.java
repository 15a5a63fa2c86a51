package crjvm.agent.identity.value;

import crjvm.agent.os.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Facts about this process, its machine and its container, by the names of OpenTelemetry's
 * attributes.
 */
public final class ProcessFacts {
  public static final String CONTAINER = "container.id";

  private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

  /**
   * The mount of the host name's file. In a container, the container engine mounts it from the
   * container's own folder.
   */
  private static final Pattern HOST_NAME_FILE = Pattern.compile("(?m)^.*/hostname.*$");

  private ProcessFacts() {}

  public static Map<String, Object> current() {
    Map<String, Object> facts = new HashMap<>();
    facts.put("process.pid", (long) Kernel.processId());
    put(facts, "host.name", read(HostName.FILE).strip());
    put(facts, "host.id", read("/etc/machine-id").strip());
    put(facts, CONTAINER, container());
    return facts;
  }

  private static void put(Map<String, Object> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.put(name, value);
    }
  }

  /**
   * Returns the container's id. It is in the name of the control group, or, if the container has
   * its own cgroup namespace, in the list of mounts.
   */
  private static String container() {
    Matcher id = CONTAINER_ID.matcher(read("/proc/self/cgroup"));
    if (id.find()) {
      return id.group();
    }
    Matcher line = HOST_NAME_FILE.matcher(read("/proc/self/mountinfo"));
    while (line.find()) {
      id = CONTAINER_ID.matcher(line.group());
      if (id.find()) {
        return id.group();
      }
    }
    return "";
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) { // This system does not have the file.
      return "";
    }
  }
}
