package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A file that exists outside the image, as it was at the checkpoint.
 *
 * @param path an absolute path
 * @param flags bits of {@code PLAN_OUTSIDE_…}
 * @param size the size in bytes; for a folder the number of names that count
 * @param modifiedSeconds the time of the last change, in seconds since the epoch
 * @param modifiedNanos the fraction of that second
 * @param crc the CRC-32C of the content; for a folder the sum of those of its names
 */
public record PlanOutside(
    String path, Kind kind, int flags, long size, long modifiedSeconds, int modifiedNanos, int crc)
    implements PlanRecord {
  /** The flag for a checksum of the content, which decides if only the time differs. */
  public static final int CONTENT = 1;

  /** The flag for a file whose change is reported while the application is restored. */
  public static final int WARN = 2;

  /** The flag for a file whose name is the beginning of other names that are exempt, too. */
  public static final int BEGINNING = 4;

  /** The flag for a file that did not exist. */
  public static final int ABSENT = 8;

  /** The kinds, in the order of enum plan_outside_kind. */
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
