package crjvm.it.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A user that runs processes. The tests themselves may run as root, but the actions of a user of
 * crjvm never do.
 */
public final class User {
  private static final String TEST_USER = "crjvm-test";
  private static final long OWN_UID = ownUid();

  /** The user that makes and runs images. */
  public static final User ORDINARY = OWN_UID == 0 ? new User(testUser()) : new User(null);

  /** Another user, who owns nothing. Only root can become this user. */
  public static final User OTHER = new User("nobody");

  public static final User ROOT = new User("root");

  private final String name;

  private User(String name) {
    this.name = name;
  }

  /** Returns the name, or null for the user that runs the tests. */
  public String name() {
    return name;
  }

  public static boolean isRoot() {
    return OWN_UID == 0;
  }

  /** Returns the command that runs {@code command} as this user, in the same process. */
  public List<String> wrap(List<String> command) {
    List<String> wrapped = new ArrayList<>();
    if (name != null && this != ROOT) {
      wrapped.addAll(List.of("setpriv", "--reuid", name, "--regid", group(), "--init-groups"));
      wrapped.addAll(List.of("--inh-caps=-all", "--"));
    }
    // Otherwise, signals that a shell ignores for its background jobs would be ignored for ever.
    wrapped.addAll(List.of("env", "--default-signal"));
    wrapped.addAll(command);
    return wrapped;
  }

  private String group() {
    return this == OTHER ? "nogroup" : name;
  }

  /**
   * Returns the id of the user ({@code -u}) or of the user's group ({@code -g}), for machines that
   * share no names.
   */
  public String number(String option) throws IOException, InterruptedException {
    Process id = new ProcessBuilder(wrap(List.of("id", option))).start();
    String number = new String(id.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    if (id.waitFor() != 0) {
      throw new IllegalStateException("no number of the user " + name);
    }
    return number.strip();
  }

  /** Gives the user a file or folder that this JVM has made. */
  public Path own(Path path) throws IOException {
    if (name != null) {
      Files.setOwner(
          path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name));
    }
    return path;
  }

  private static long ownUid() {
    try {
      Path self = Path.of("/proc/self");
      return ((Integer) Files.getAttribute(self, "unix:uid")).longValue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String testUser() {
    try {
      Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(TEST_USER);
    } catch (IOException e) {
      addTestUser();
    }
    return TEST_USER;
  }

  private static void addTestUser() {
    try {
      Process process =
          new ProcessBuilder(
                  "/usr/sbin/useradd", "--system", "--user-group", "--no-create-home", TEST_USER)
              .inheritIO()
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("can't add the user " + TEST_USER);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
