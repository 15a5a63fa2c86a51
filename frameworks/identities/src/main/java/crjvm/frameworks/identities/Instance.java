package crjvm.frameworks.identities;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Values with which applications often identify themselves. */
final class Instance {
  static final UUID ID = UUID.randomUUID();
  static final long PROCESS = ProcessHandle.current().pid();
  static final String NAME = "worker-" + PROCESS;

  static final Map<String, List<Member>> MEMBERS =
      Map.of(
          "all",
          List.of(new Member(UUID.randomUUID(), UUID.randomUUID().toString(), NAME, PROCESS)));

  private Instance() {}

  /** A value that is reachable only through other objects. */
  record Member(UUID id, String text, String name, long pid) {}
}
