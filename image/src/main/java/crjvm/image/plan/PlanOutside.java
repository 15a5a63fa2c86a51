package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A file that lives on outside of the image, as it was at the checkpoint.
 *
 * @param path absolute
 * @param flags those of {@code PLAN_OUTSIDE_…}
 * @param size bytes; of a folder the number of names that count
 * @param modifiedSeconds time of the last change, since the epoch
 * @param modifiedNanos its fraction
 * @param crc CRC-32C of the content; of a folder the sum of those of its names
 */
public record PlanOutside(
    String path, Kind kind, int flags, long size, long modifiedSeconds, int modifiedNanos, int crc)
    implements PlanRecord {
  /** The content's checksum is there, and decides where only the time differs. */
  public static final int CONTENT = 1;

  /** A change of what was read is told, and the application restored. */
  public static final int WARN = 2;

  /** Other names that begin so do not count either. */
  public static final int BEGINNING = 4;

  /** It was not there. */
  public static final int ABSENT = 8;

  /** In the order of enum plan_outside_kind. */
  public enum Kind {
    READ,
    WRITTEN,
    FOLDER,
    EXEMPT
  }

  @Override
  public PlanSection section() {
    return PlanSection.OUTSIDE;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(strings.add(path)).putShort((short) kind.ordinal()).putShort((short) flags);
    out.putLong(size).putLong(modifiedSeconds).putInt(modifiedNanos).putInt(crc);
  }
}
