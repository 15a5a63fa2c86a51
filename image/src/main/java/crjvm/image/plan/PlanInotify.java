package crjvm.image.plan;

import java.nio.ByteBuffer;

/** A path that an inotify descriptor watches, under the watch number that the application knows. */
public record PlanInotify(int fd, int watch, int mask, String path) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.INOTIFY;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(fd).putInt(watch).putInt(mask).putInt(strings.add(path));
  }
}
