package crjvm.agent.identity.value;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests of texts that name this process or this machine, and of texts that only look like it. */
class InstanceNameTest {
  private static final String RANDOM = "0f8fad5b-d9cb-469f-a165-70867728950e";

  @Test
  void namesOfThisProcess() throws Exception {
    String pid = Long.toString(ProcessHandle.current().pid());
    String host = HostName.now();
    assertThat(InstanceName.of("hostname", host)).isEqualTo(InstanceName.HOST);
    assertThat(InstanceName.of("pid", pid)).isEqualTo(InstanceName.PROCESS);
    assertThat(InstanceName.of("instance", pid + "@" + host))
        .isEqualTo(InstanceName.PROCESS_AT_HOST);
    assertThat(InstanceName.of("service.instance.id", RANDOM)).isEqualTo(InstanceName.UUID);
    assertThat(InstanceName.of("instance", RANDOM.replace("-", ""))).isEqualTo(InstanceName.DIGITS);
  }

  @Test
  void applicationMayHaveTheNameOfItsMachine() throws Exception {
    assertThat(InstanceName.of("application", HostName.now())).isNull();
  }

  @Test
  void portMayBeTheProcessId() {
    assertThat(InstanceName.of("port", Long.toString(ProcessHandle.current().pid()))).isNull();
  }

  @Test
  void randomIdOfSomethingElseOrConfigured() {
    assertThat(InstanceName.of("tenant", RANDOM)).isNull();
    System.setProperty("crjvm.test.instance", RANDOM);
    try {
      assertThat(InstanceName.of("instance", RANDOM)).isNull();
    } finally {
      System.clearProperty("crjvm.test.instance");
    }
  }
}
