package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A name that the application has asked for in vain.
 *
 * @param hash the hash of the name, as of {@code String.hashCode}, or 0 if all names are meant
 */
public record PlanMiss(Kind kind, int hash) implements PlanRecord {
  /** The kinds, in the order of enum plan_miss_kind. */
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
