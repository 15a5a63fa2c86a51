package crjvm.agent;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import org.junit.jupiter.api.Test;

class PlatformTest {
  @Test
  void hotSpotOnLinuxIsSupportedOnTwoProcessors() {
    assertThatCode(() -> Platform.check("Linux", "amd64", "OpenJDK 64-Bit Server VM"))
        .doesNotThrowAnyException();
    assertThatCode(() -> Platform.check("Linux", "aarch64", "OpenJDK 64-Bit Server VM"))
        .doesNotThrowAnyException();
    assertThatCode(() -> Platform.check("Linux", "amd64", "Java HotSpot(TM) 64-Bit Server VM"))
        .doesNotThrowAnyException();
  }

  @Test
  void othersAreRefusedByName() {
    assertThatThrownBy(() -> Platform.check("Windows 11", "amd64", "OpenJDK 64-Bit Server VM"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("this is Windows 11 on amd64;");
    assertThatThrownBy(() -> Platform.check("Linux", "riscv64", "OpenJDK 64-Bit Server VM"))
        .hasMessageContaining("this is Linux on riscv64;");
    assertThatThrownBy(() -> Platform.check("Linux", "amd64", "Eclipse OpenJ9 VM"))
        .hasMessageContaining("the JVM \"Eclipse OpenJ9 VM\" is not HotSpot;");
  }

  @Test
  void onlyPagesOf4KibibytesAreSupported() {
    assertThatCode(() -> Platform.checkPages(4096)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Platform.checkPages(65536))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("this kernel has pages of 65536 bytes;");
  }

  @Test
  void runtimesWithoutWhatTheAgentUsesAreRefusedByTheModulesName() {
    assertThatCode(() -> Platform.checkModules(name -> true)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Platform.checkModules("java.logging"::equals))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("lacks the module java.management, jdk.management;")
        .hasMessageContaining("--add-modules java.management,jdk.management");
  }
}
