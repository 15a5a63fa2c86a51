package crjvm.agent.management;

import crjvm.agent.restore.RestoreTime;
import crjvm.crac.CheckpointException;
import crjvm.crac.Core;
import crjvm.crac.RestoreException;
import javax.management.ObjectName;
import jdk.crac.management.CRaCMXBean;

/** The {@link CRaCMXBean} of this JVM. */
final class RestoreBean implements CRaCMXBean {
  private final ObjectName name;

  RestoreBean(ObjectName name) {
    this.name = name;
  }

  @Override
  public long getUptimeSinceRestore() {
    return RestoreTime.uptimeMillis();
  }

  @Override
  public long getRestoreTime() {
    return RestoreTime.startMillis();
  }

  @Override
  public void checkpointRestore() throws CheckpointException, RestoreException {
    Core.checkpointRestore();
  }

  @Override
  public ObjectName getObjectName() {
    return name;
  }
}
