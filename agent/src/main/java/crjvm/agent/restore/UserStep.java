package crjvm.agent.restore;

import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * The step that sets {@code user.name} and {@code user.home} if another user than the image's runs
 * the restored process.
 */
final class UserStep implements RestoreStep {
  private static final Path ACCOUNTS = Path.of("/etc/passwd");

  private int known = Kernel.userId();

  @Override
  public String name() {
    return "user";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws IOException {
    int now = Kernel.userId();
    if (now == known) {
      return NOTHING;
    }
    String before = System.getProperty("user.name");
    known = now;
    String[] account = account(now);
    String after = account == null ? "?" : account[0]; // as the JDK does
    System.setProperty("user.name", after);
    String home = account == null ? System.getenv("HOME") : account[5];
    if (home != null) {
      System.setProperty("user.home", home);
    }
    return () -> before + " -> " + after;
  }

  @Override
  public void rehearse() throws IOException {
    account(known);
  }

  private static String[] account(int userId) throws IOException {
    return find(Files.readString(ACCOUNTS, StandardCharsets.ISO_8859_1), userId);
  }

  /** Returns the fields of a user's line, or null if there is none. */
  static String[] find(String accounts, int userId) {
    for (String line : accounts.split("\n", -1)) {
      String[] fields = line.split(":", -1);
      if (fields.length >= 7 && fields[2].equals(Integer.toString(userId))) {
        return fields;
      }
    }
    return null;
  }
}
