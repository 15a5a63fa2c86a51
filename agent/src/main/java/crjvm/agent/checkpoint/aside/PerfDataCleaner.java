package crjvm.agent.checkpoint.aside;

import java.io.File;
import java.util.Optional;

/**
 * At the end of a restored process: HotSpot deletes the counters' file under the name it knows,
 * that of the dumped process. The one that was made at the restore goes by the present process id.
 */
public final class PerfDataCleaner {
  private volatile String dumped;
  private volatile String present;

  /** Called before the dump: the name that HotSpot looks after itself. */
  public void remember(Optional<PerfData> perfData) {
    if (dumped == null) {
      perfData.ifPresent(data -> dumped = data.file().toString());
    }
  }

  /** Called at a restore: empty when this process has no such file. */
  public void setPresent(Optional<String> file) {
    present = file.orElse(null);
  }

  /** Called at exit, in the last moments of a short job. What stays the next JVM clears away. */
  public void clean() {
    String file = present;
    if (file != null && !file.equals(dumped)) {
      new File(file).delete();
    }
  }
}
