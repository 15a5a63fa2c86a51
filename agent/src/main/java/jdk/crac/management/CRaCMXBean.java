package jdk.crac.management;

import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;

/**
 * When this process was restored, by the only name under which org.crac and frameworks look for it:
 * that of the class in JDKs that make checkpoints themselves.
 */
public interface CRaCMXBean extends PlatformManagedObject {
  /** Milliseconds since the restore began; -1: this process was not restored. */
  long getUptimeSinceRestore();

  /** When the restore began, in milliseconds since 1970; -1: this process was not restored. */
  long getRestoreTime();

  /** The same as {@code org.crac.Core.checkpointRestore()}. */
  void checkpointRestore() throws CheckpointException, RestoreException;

  /** The one of this JVM. */
  static CRaCMXBean getCRaCMXBean() {
    return ManagementFactory.getPlatformMXBean(CRaCMXBean.class);
  }
}
