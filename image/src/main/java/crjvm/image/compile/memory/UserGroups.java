package crjvm.image.compile.memory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says who is in a group, by the lines of {@code /etc/group} and {@code /etc/passwd}. */
final class UserGroups {
  private static final Set<String> ADMINISTRATORS =
      Set.of("root", "wheel", "sudo", "staff", "admin");

  /** The number of nobody's group. In a user namespace it may be any group. */
  private static final String NOBODY = "65534";

  private static final int FIELDS = 4;

  private final List<String[]> groups;
  private final List<String[]> users;

  UserGroups(List<String> groups, List<String> users) {
    this.groups = fields(groups);
    this.users = fields(users);
  }

  private static List<String[]> fields(List<String> lines) {
    return lines.stream().map(line -> (line + ":::").split(":", -1)).toList();
  }

  /**
   * Returns whether a group is the administrators', or has members that are all among these users.
   */
  boolean isSafe(int group, Set<Integer> trusted) {
    String number = String.valueOf(group);
    List<String[]> entries = groups.stream().filter(line -> line[2].equals(number)).toList();
    if (number.equals(NOBODY) || entries.isEmpty()) {
      return false;
    }
    if (entries.stream().anyMatch(line -> ADMINISTRATORS.contains(line[0]))) {
      return true;
    }
    // Such lines let the C library look for more users and groups elsewhere.
    if (groups.stream().anyMatch(line -> line[0].startsWith("+"))
        || users.stream().anyMatch(line -> line[0].startsWith("+"))) {
      return false;
    }
    Set<String> members = members(entries, number);
    return !members.isEmpty()
        && trusted.stream().map(String::valueOf).toList().containsAll(members);
  }

  /** Returns the numbers of the members. A member that is not known is a name. */
  private Set<String> members(List<String[]> entries, String group) {
    Set<String> members = new HashSet<>();
    for (String[] entry : entries) {
      for (String name : entry[FIELDS - 1].split(",")) {
        List<String> numbers =
            users.stream().filter(line -> line[0].equals(name)).map(line -> line[2]).toList();
        members.addAll(numbers.isEmpty() && !name.isEmpty() ? List.of(name) : numbers);
      }
    }
    users.stream()
        .filter(line -> line[FIELDS - 1].equals(group))
        .forEach(line -> members.add(line[2]));
    return members;
  }
}
