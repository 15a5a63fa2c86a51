package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A name that the application has asked for in vain.
 *
 * @param hash of the name, as of {@code String.hashCode}; 0 where all names are meant
 */
public record PlanMiss(Kind kind, int hash) implements PlanRecord {
  /** In the order of enum plan_miss_kind. */
  public enum Kind {
    VARIABLE,
    PROPERTY,
    ALL_VARIABLES
  }

  @Override
  public PlanSection section() {
    return PlanSection.MISSES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(kind.ordinal()).putInt(hash);
  }
}
