package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An environment variable, system property or list of arguments of the checkpoint.
 *
 * @param name empty for arguments, but those that say where to listen
 * @param crc CRC-32C of the value; a port
 */
public record PlanSetting(String name, Kind kind, Use use, int crc) implements PlanRecord {
  /** In the order of enum plan_setting_kind. */
  public enum Kind {
    VARIABLE,
    PROPERTY,
    ARGUMENTS
  }

  /** In the order of enum plan_setting_use. */
  public enum Use {
    NONE,
    READ,
    SEEN,
    REREAD,
    PORT
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
