package crjvm.agent.identity.value;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of the container that this process runs in, found in the same files as by OpenTelemetry's
 * agent. In a cgroup namespace of its own, a process sees the id only in paths of its mounts.
 */
final class ContainerId {
  /** The name of a control group, which is the id, perhaps with a prefix or a suffix. */
  private static final Pattern GROUP = Pattern.compile("(?m)([0-9a-f]{64})(?:\\.[^/\\n]*)?$");

  /**
   * The mounts of CRI-O, of containerd in Kubernetes, and of Docker and podman. The first two also
   * have files in folders of the whole pod, which has another id.
   */
  private static final List<Pattern> MOUNTS =
      List.of(
          Pattern.compile("/crio-([0-9a-f]{64})"),
          Pattern.compile("cri-containerd:([0-9a-f]{64})"),
          Pattern.compile("(?m)^\\d+ \\d+ \\d+:\\d+ \\S*/containers/\\S*?([0-9a-f]{64})"));

  private ContainerId() {}

  /**
   * Returns the id, or an empty text outside of containers.
   *
   * @param groups the content of {@code /proc/self/cgroup}
   * @param mounts the content of {@code /proc/self/mountinfo}
   */
  static String find(String groups, String mounts) {
    Matcher group = GROUP.matcher(groups);
    if (group.find()) {
      return group.group(1);
    }
    for (Pattern mount : MOUNTS) {
      String id = last(mount.matcher(mounts));
      if (!id.isEmpty()) {
        return id;
      }
    }
    return "";
  }

  /** Returns the id of the last match. In a container in a container, it is the inner one's. */
  private static String last(Matcher matcher) {
    String id = "";
    while (matcher.find()) {
      id = matcher.group(1);
    }
    return id;
  }
}
