package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A lock on an open file.
 *
 * @param start the first byte
 * @param length the number of bytes; 0 means up to the end of the file
 */
public record PlanLock(int fd, Kind kind, boolean exclusive, long start, long length)
    implements PlanRecord {
  /** The kinds, in the order of enum plan_lock_kind. */
  public enum Kind {
    POSIX,
    FLOCK,
    OFD
  }

  @Override
  public PlanSection section() {
    return PlanSection.LOCKS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(fd)
        .putInt(kind.ordinal())
        .putInt(exclusive ? 1 : 0)
        .putInt(0)
        .putLong(start)
        .putLong(length);
  }
}
