package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An environment variable, system property or list of arguments at the checkpoint.
 *
 * @param name the name; empty for arguments, except those that say where to listen
 * @param crc the CRC-32C of the value, or a port
 */
public record PlanSetting(String name, Kind kind, Use use, int crc) implements PlanRecord {
  /** The kinds, in the order of enum plan_setting_kind. */
  public enum Kind {
    VARIABLE,
    PROPERTY,
    ARGUMENTS
  }

  /** The uses, in the order of enum plan_setting_use. */
  public enum Use {
    NONE,
    READ,
    SEEN,
    REREAD,
    PORT,
    FIXED
  }

  @Override
  public PlanSection section() {
    return PlanSection.SETTINGS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(name.isEmpty() ? -1 : strings.add(name));
    out.putShort((short) kind.ordinal()).putShort((short) use.ordinal()).putInt(crc);
  }
}
