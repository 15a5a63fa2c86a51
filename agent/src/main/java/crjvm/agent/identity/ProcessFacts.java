package crjvm.agent.identity;

import crjvm.agent.os.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** This process, its machine and its container, by OpenTelemetry's names of such attributes. */
final class ProcessFacts {
  static final String CONTAINER = "container.id";

  private static final Pattern CONTAINER_ID = Pattern.compile("[0-9a-f]{64}");

  /** In a container the engine mounts it out of the container's own folder. */
  private static final Pattern HOST_NAME_FILE = Pattern.compile("(?m)^.*/hostname.*$");

  private ProcessFacts() {}

  static Map<String, Object> current() {
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
   * In the name of the control group or, where the container has a namespace of these, elsewhere.
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
    } catch (IOException e) { // it has none
      return "";
    }
  }
}
