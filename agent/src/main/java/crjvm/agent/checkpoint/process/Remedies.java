package crjvm.agent.checkpoint.process;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import java.util.LinkedHashMap;
import java.util.Map;

/** Advice for failures that the helper, CRIU or the compiler has reported. */
public final class Remedies {
  /** The advice by a part of the cause. */
  private static final Map<String, String> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("No space left on device", "make room on the disk of the image");
    KNOWN.put("Disk quota exceeded", "make room on the disk of the image");
    KNOWN.put("Can't get 1:16 opt", "this criu is too old for the kernel, run setup");
    KNOWN.put(
        "lacks get_rseq_conf",
        "use Linux 5.13 or newer, or start the JVM with GLIBC_TUNABLES=glibc.pthread.rseq=0");
    KNOWN.put("External socket is used", "close connections to other processes at the warm point");
    KNOWN.put("was not done after", "give more time with time-limit=");
    KNOWN.put("io_uring", "start the application without io_uring");
  }

  private Remedies() {}

  /**
   * Returns the failure that another program reports with this line. The line may end with its own
   * advice.
   */
  public static Failure failure(String line) {
    String text = line.startsWith("crjvm: ") ? line.substring("crjvm: ".length()) : line;
    int semicolon = text.indexOf("; ");
    if (semicolon >= 0) {
      return new Failure(
          Messages.FAILED, text.substring(0, semicolon), text.substring(semicolon + 2));
    }
    for (Map.Entry<String, String> known : KNOWN.entrySet()) {
      if (text.contains(known.getKey())) {
        return new Failure(Messages.FAILED, text, known.getValue());
      }
    }
    return new Failure(Messages.FAILED, text, "look it up in docs/troubleshooting.md");
  }
}
