package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A socket option, set before the socket is bound; level, name and value as setsockopt(2) takes
 * them.
 */
public record PlanOption(int fd, int level, int name, int value) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.OPTIONS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(fd).putInt(level).putInt(name).putInt(value);
  }
}
