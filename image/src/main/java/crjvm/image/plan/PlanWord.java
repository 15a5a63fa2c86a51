package crjvm.image.plan;

import java.nio.ByteBuffer;

/** A word of 8 bytes that the restorer writes after it has restored the memory. */
public record PlanWord(long address, long value) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.WORDS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putLong(value);
  }
}
