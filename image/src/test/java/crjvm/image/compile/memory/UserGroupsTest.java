package crjvm.image.compile.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The restorer's {@code parts_test} has the same cases. */
class UserGroupsTest {
  private static final List<String> GROUPS =
      List.of(
          "root:x:0:",
          "# a comment",
          "",
          "sudo:x:27:ann",
          "www-data:x:33:",
          "users:x:100:",
          "ann:x:1000:",
          "bob:x:1001:ann",
          "team:x:2000:ann,bob",
          "alone:x:2001:ann,",
          "stale:x:2002:ann,gone",
          "wheel:x:10",
          "nogroup:x:65534:ann",
          "last:x:3000:ann");
  private static final List<String> USERS =
      List.of(
          "root:x:0:0:root:/root:/bin/sh",
          "www-data:x:33:33::/:",
          "ann:x:1000:1000:Ann:/home/ann:/bin/sh",
          "bob:x:1001:1001::/:",
          "carl:x:1002:3000::/:",
          "short:x:7");

  private static boolean isSafe(int group, int user) {
    return new UserGroups(GROUPS, USERS).isSafe(group, Set.of(0, user));
  }

  @Test
  void administratorsAreTrusted() {
    assertThat(isSafe(27, 1001)).isTrue();
    assertThat(isSafe(10, 1001)).isTrue();
  }

  @Test
  void groupOfThisUserAloneIsSafe() {
    assertThat(isSafe(1000, 1000)).isTrue();
    assertThat(isSafe(2001, 1000)).isTrue();
  }

  @Test
  void groupOfOthersIsNotSafe() {
    for (int group : new int[] {33, 1001, 2000, 3000}) {
      assertThat(isSafe(group, 1000)).as("group %d", group).isFalse();
    }
    assertThat(isSafe(1000, 1001)).isFalse();
  }

  @Test
  void groupIsNotSafeIfNobodyKnowsWhoIsInIt() {
    for (int group : new int[] {100, 2002, 4000, 65534}) {
      assertThat(isSafe(group, 1000)).as("group %d", group).isFalse();
    }
    List<String> more = List.of("ann:x:1000:1000::/:", "+::::::");
    assertThat(new UserGroups(GROUPS, more).isSafe(1000, Set.of(1000))).isFalse();
  }
}
