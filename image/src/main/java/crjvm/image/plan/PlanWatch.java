package crjvm.image.plan;

import java.nio.ByteBuffer;

/** A descriptor that an epoll descriptor watches. Events and data are those of epoll_ctl(2). */
public record PlanWatch(int epoll, int fd, int events, long data) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.WATCHES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(epoll).putInt(fd).putInt(events).putInt(0).putLong(data);
  }
}
