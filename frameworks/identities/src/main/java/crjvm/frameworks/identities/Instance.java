package crjvm.frameworks.identities;

import java.util.UUID;

/** What applications like to keep of themselves. */
final class Instance {
  static final UUID ID = UUID.randomUUID();
  static final String NAME = "worker-" + ProcessHandle.current().pid();

  private Instance() {}
}
