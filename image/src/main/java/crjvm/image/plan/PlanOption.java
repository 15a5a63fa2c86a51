package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A socket option, which is set before the socket is bound. Level, name and value are those of
 * setsockopt(2).
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
