package crjvm.agent.identity.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContainerIdTest {
  private static final String ONE = "1".repeat(64);
  private static final String OTHER = "e".repeat(64);
  private static final String OWN_GROUP = "0::/\n";

  private static String mount(String root, String point) {
    return "501 480 254:1 " + root + " " + point + " rw,relatime - ext4 /dev/vda1 rw\n";
  }

  @Test
  void groupsHaveTheIdAtTheirEnd() {
    assertThat(ContainerId.find("0::/system.slice/docker-" + ONE + ".scope\n", "")).isEqualTo(ONE);
    assertThat(ContainerId.find("1:cpu:/docker/" + ONE + "\n", "")).isEqualTo(ONE);
    assertThat(ContainerId.find("0::/kubepods/pod1:cri-containerd:" + ONE + "\n", ""))
        .isEqualTo(ONE);
    assertThat(ContainerId.find("1:cpu:/docker/" + ONE + "/docker/" + OTHER + "\n", ""))
        .as("a container in a container")
        .isEqualTo(OTHER);
  }

  @Test
  void mountsHaveTheIdInTheirPath() {
    String docker = mount("/var/lib/docker/containers/" + ONE + "/hostname", "/etc/hostname");
    String podman =
        mount("/containers/overlay-containers/" + ONE + "/userdata/hostname", "/etc/hostname");
    assertThat(ContainerId.find(OWN_GROUP, docker)).isEqualTo(ONE);
    assertThat(ContainerId.find(OWN_GROUP, podman)).isEqualTo(ONE);
  }

  @Test
  void podsAreNoContainers() {
    String pod = mount("/lib/containerd/sandboxes/" + OTHER + "/hostname", "/etc/hostname");
    String shared = mount("/run/containers/" + OTHER + "/userdata/hostname", "/etc/hostname");
    String containerd = mount("/kubelet/cri-containerd:" + ONE, "/sys/fs/cgroup/cpu");
    String crio = mount("/kubepods/crio-" + ONE, "/sys/fs/cgroup");
    assertThat(ContainerId.find(OWN_GROUP, pod)).isEmpty();
    assertThat(ContainerId.find(OWN_GROUP, pod + containerd)).isEqualTo(ONE);
    assertThat(ContainerId.find(OWN_GROUP, shared + crio)).isEqualTo(ONE);
  }

  @Test
  void otherMachinesHaveNone() {
    assertThat(ContainerId.find(OWN_GROUP, mount("/", "/"))).isEmpty();
    assertThat(ContainerId.find("", "")).isEmpty();
  }
}
