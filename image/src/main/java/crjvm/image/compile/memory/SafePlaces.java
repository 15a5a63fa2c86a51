package crjvm.image.compile.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Checks whether only root, this user and trusted groups can change a file with code, or replace
 * it. The restorer maps no other code (trust.c has the same rules, and refuses access control lists
 * as well, which Java can't see), because anybody who could change it could run code in every copy.
 */
final class SafePlaces {
  private static final int GROUP_WRITE = 020;
  private static final int OTHERS_WRITE = 02;
  private static final int STICKY = 01000;
  private static final int FOLDER = 040000;
  private static final int TYPE = 0170000;

  private static final int ROOT = 0;

  private final Map<Path, Boolean> known = new HashMap<>();
  private final Map<Integer, Boolean> groups = new HashMap<>();
  private final int user;

  SafePlaces() throws IOException {
    int id = -1;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        id = effective(line);
      }
    }
    user = id;
  }

  private static int effective(String line) {
    return Integer.parseInt(line.split("\\s+")[2]);
  }

  /**
   * Returns whether nobody else can change a file.
   *
   * @param path an absolute path without links
   */
  boolean hold(Path path) {
    Boolean answer = known.get(path);
    if (answer == null) {
      Path above = path.getParent();
      answer = isClosed(path) && (above == null || hold(above));
      known.put(path, answer);
    }
    return answer;
  }

  private boolean isClosed(Path path) {
    try {
      Map<String, Object> status = Files.readAttributes(path, "unix:mode,uid,gid", NOFOLLOW_LINKS);
      int mode = (Integer) status.get("mode");
      int owner = (Integer) status.get("uid");
      int ofGroup = (Integer) status.get("gid");
      boolean isSticky = (mode & TYPE) == FOLDER && (mode & STICKY) != 0;
      boolean isGroups =
          (mode & GROUP_WRITE) != 0 && !groups.computeIfAbsent(ofGroup, this::isSafeGroup);
      return (owner == ROOT || owner == user)
          && (isSticky || !isGroups && (mode & OTHERS_WRITE) == 0);
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isSafeGroup(int group) {
    try {
      return group == ROOT
          || new UserGroups(
                  Files.readAllLines(Path.of("/etc/group"), ISO_8859_1),
                  Files.readAllLines(Path.of("/etc/passwd"), ISO_8859_1))
              .isSafe(group, Set.of(ROOT, user));
    } catch (IOException e) {
      return false;
    }
  }
}
