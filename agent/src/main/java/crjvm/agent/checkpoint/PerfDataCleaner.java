package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * At the end of a restored process: HotSpot deletes the counters' file under the name it knows,
 * that of the dumped process. The one that the restorer made goes by the present process id.
 */
final class PerfDataCleaner {
  private volatile Path dumped;

  /** Called before the dump: the name that HotSpot looks after itself. */
  void remember(Optional<PerfData> perfData) {
    if (dumped == null) {
      perfData.ifPresent(data -> dumped = data.file());
    }
  }

  /** Called at exit. */
  void clean() {
    if (dumped == null) {
      return;
    }
    try {
      Optional<PerfData> present = PerfData.find();
      if (present.isPresent() && !present.get().file().equals(dumped)) {
        Files.deleteIfExists(present.get().file());
      }
    } catch (IOException e) {
      Console.trace(e); // the next JVM of this user clears it away
    }
  }
}
