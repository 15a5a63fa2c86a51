package jdk.crac.management;

import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;

/**
 * The bean that tells when this process was restored. org.crac and frameworks look for it only by
 * this name, which is the name of the class in JDKs that make checkpoints themselves.
 */
public interface CRaCMXBean extends PlatformManagedObject {
  /** Returns the milliseconds since the restore began, or -1 if this process was not restored. */
  long getUptimeSinceRestore();

  /**
   * Returns the beginning of the restore in milliseconds since 1970, or -1 if this process was not
   * restored.
   */
  long getRestoreTime();

  /** Does the same as {@code org.crac.Core.checkpointRestore()}. */
  void checkpointRestore() throws CheckpointException, RestoreException;

  /** Returns the bean of this JVM. */
  static CRaCMXBean getCRaCMXBean() {
    return ManagementFactory.getPlatformMXBean(CRaCMXBean.class);
  }
}
