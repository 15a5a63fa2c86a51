package crjvm.agent.management;

import crjvm.agent.restore.RestoreReport;

/** The {@link StartMXBean} of this JVM. */
public final class StartBean implements StartMXBean {
  /** The name by which monitoring finds the bean. */
  static final String NAME = "crjvm:type=Start";

  private static final int NONE = -1;

  @Override
  public String getStart() {
    return RestoreReport.last() == null ? "normal" : "restored";
  }

  @Override
  public String getImageId() {
    RestoreReport report = RestoreReport.last();
    return report == null ? "" : report.imageId().toString();
  }

  @Override
  public long getImageAge() {
    RestoreReport report = RestoreReport.last();
    return report == null ? NONE : report.ageSeconds();
  }

  @Override
  public long getRestoreTime() {
    RestoreReport report = RestoreReport.last();
    return report == null ? NONE : report.startMillis();
  }

  @Override
  public double getRestoreDuration() {
    RestoreReport report = RestoreReport.last();
    return report == null ? NONE : report.durationMillis();
  }
}
