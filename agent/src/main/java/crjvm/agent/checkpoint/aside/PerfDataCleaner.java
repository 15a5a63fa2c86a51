package crjvm.agent.checkpoint.aside;

import java.io.File;
import java.util.Optional;

/**
 * The cleaner that deletes the file of counters at the end of a restored process. HotSpot deletes
 * only the name that it knows, which has the process id of the dumped process. The file that was
 * made at the restore has the present process id.
 */
public final class PerfDataCleaner {
  private volatile String dumped;
  private volatile String present;

  /** Remembers the name that HotSpot deletes itself. It is called before the dump. */
  public void remember(Optional<PerfData> perfData) {
    if (dumped == null) {
      perfData.ifPresent(data -> dumped = data.file().toString());
    }
  }

  /** Sets the file of this process, or nothing if it has none. It is called at a restore. */
  public void setPresent(Optional<String> file) {
    present = file.orElse(null);
  }

  /**
   * Deletes the file. It is called at exit, in the last moments of a short job. If the file stays,
   * the next JVM removes it.
   */
  public void clean() {
    String file = present;
    if (file != null && !file.equals(dumped)) {
      new File(file).delete();
    }
  }
}
