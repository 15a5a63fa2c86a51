package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A folder or a temporary file that the process has made. A start makes it again if it is not
 * there.
 *
 * @param path an absolute path
 * @param flags bits of {@code PLAN_MADE_…}
 * @param mode the permissions, as in chmod(2)
 * @param content the name of the image's file with the content; null for a folder, and if the image
 *     does not have the content
 * @param modifiedSeconds for a file: the time of the last change, in seconds since the epoch
 * @param modifiedNanos the fraction of that second
 */
public record PlanMade(
    String path,
    Kind kind,
    int flags,
    int mode,
    String content,
    long modifiedSeconds,
    int modifiedNanos)
    implements PlanRecord {
  /** The flag for what is temporary, and must not be another user's. */
  public static final int TEMPORARY = 1;

  /** The flag for a folder without files in it or below it. */
  public static final int EMPTY = 2;

  /** The flag for what a restored process can do without. */
  public static final int WARN = 4;

  /** The kinds, in the order of enum plan_made_kind. */
  public enum Kind {
    FOLDER,
    FILE
  }

  @Override
  public PlanSection section() {
    return PlanSection.MADE;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(strings.add(path)).putShort((short) kind.ordinal()).putShort((short) flags);
    out.putInt(mode).putInt(strings.add(content));
    out.putLong(modifiedSeconds).putInt(modifiedNanos).putInt(0);
  }
}
