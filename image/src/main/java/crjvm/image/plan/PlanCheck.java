package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A file that must be what it was at the checkpoint.
 *
 * @param path absolute, or the name of a file of the image folder
 * @param size bytes
 * @param modifiedSeconds time of the last change, since the epoch
 * @param modifiedNanos its fraction
 * @param crc CRC-32C of the content, which decides where only the time differs
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
