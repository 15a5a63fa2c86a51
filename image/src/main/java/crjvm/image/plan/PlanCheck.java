package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A file that must be the same as at the checkpoint.
 *
 * @param path an absolute path, or the name of a file in the image folder
 * @param size the size in bytes
 * @param modifiedSeconds the time of the last change, in seconds since the epoch
 * @param modifiedNanos the fraction of that second
 * @param crc the CRC-32C of the content, which decides if only the time differs
 */
public record PlanCheck(String path, long size, long modifiedSeconds, int modifiedNanos, int crc)
    implements PlanRecord {
  private static final int CONTENT = 1; // PLAN_CHECK_CONTENT

  @Override
  public PlanSection section() {
    return PlanSection.CHECKS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(strings.add(path)).putInt(CONTENT).putLong(size);
    out.putLong(modifiedSeconds).putInt(modifiedNanos).putInt(crc);
  }
}
