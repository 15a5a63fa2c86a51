package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A word that leads to a wrapped function: a GOT entry, a pointer, or the value of a dynamic
 * symbol.
 *
 * @param base the address that the word is relative to: the library's load address for symbols,
 *     otherwise 0
 * @param function the index of the wrapped function
 * @param prot the protection of its page, which the restorer sets again afterwards
 */
public record PlanSlot(long address, long base, int function, int prot) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.SLOTS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putLong(base).putInt(function).putInt(prot);
  }
}
