package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The difference between the machine's monotonic clock and that of the checkpoint. */
public enum ClockOffset {
  NONE(0),
  MINUS_200_SECONDS(-200),
  PLUS_AN_HOUR(3600),
  PLUS_30_DAYS(30 * 24 * 3600);

  private final String seconds;

  ClockOffset(int seconds) {
    this.seconds = Integer.toString(seconds);
  }

  /** Returns the words that run a command under such a clock. The ordinary user can do so. */
  public List<String> prefix() {
    if (this == NONE) {
      return List.of();
    }
    return List.of(
        "unshare",
        "--user",
        "--map-current-user",
        "--time",
        "--monotonic",
        seconds,
        "--boottime",
        seconds,
        "--fork",
        "--kill-child",
        "--");
  }

  public void require() throws IOException {
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
    Requirement.need(
        Double.parseDouble(uptime) > 300, "this machine's clock is too young to be put back");
  }
}
