package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A word that leads to a wrapped function: a GOT entry, a pointer, or the value of a dynamic
 * symbol.
 *
 * @param base what the word is relative to: the library's load address for symbols, else 0
 * @param function index of the wrapped function
 * @param prot protection of its page, which the restorer puts back
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
