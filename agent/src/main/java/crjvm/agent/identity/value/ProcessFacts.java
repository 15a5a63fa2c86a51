package crjvm.agent.identity.value;

import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Facts about this process, its machine and its container, by the names of OpenTelemetry's
 * attributes.
 */
public final class ProcessFacts {
  public static final String CONTAINER = "container.id";

  private ProcessFacts() {}

  public static Map<String, Object> current() {
    Map<String, Object> facts = new HashMap<>();
    facts.put("process.pid", (long) Kernel.processId());
    put(facts, "host.name", read(HostName.FILE).strip());
    put(facts, "host.id", read("/etc/machine-id").strip());
    put(
        facts,
        CONTAINER,
        ContainerId.find(read("/proc/self/cgroup"), read("/proc/self/mountinfo")));
    return facts;
  }

  private static void put(Map<String, Object> facts, String name, String value) {
    if (!value.isEmpty()) {
      facts.put(name, value);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) { // This system does not have the file.
      return "";
    }
  }
}
