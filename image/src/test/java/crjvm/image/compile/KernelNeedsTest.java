package crjvm.image.compile;

import static crjvm.image.plan.KernelFeature.F_SEAL_EXEC;
import static crjvm.image.plan.KernelFeature.F_SEAL_FUTURE_WRITE;
import static crjvm.image.plan.KernelFeature.IPV6;
import static crjvm.image.plan.KernelFeature.MAP_FIXED_NOREPLACE;
import static crjvm.image.plan.KernelFeature.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
import static crjvm.image.plan.KernelFeature.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;
import static crjvm.image.plan.KernelFeature.MFD_ALLOW_SEALING;
import static crjvm.image.plan.KernelFeature.PR_SET_MM_MAP;
import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanDescriptor;
import crjvm.image.plan.PlanDescriptor.EventFd;
import crjvm.image.plan.PlanDescriptor.Socket;
import crjvm.image.plan.PlanDescriptor.SocketState;
import crjvm.image.plan.PlanDescriptor.SocketType;
import crjvm.image.plan.PlanObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests which kernel features a plan needs. */
class KernelNeedsTest {
  private static final int STREAM = 1;

  private static Set<KernelFeature> sealed(int seals) {
    PlanObject object = new PlanObject(PlanObject.Kind.MEMFD, "m", 2, seals, 4096);
    return KernelNeeds.of(0, List.of(object), List.of());
  }

  private static PlanDescriptor socket(int family) {
    SocketType type = new SocketType(family, STREAM, 0);
    return new PlanDescriptor(5, 0, new Socket(type, SocketState.LISTENING, null, 0));
  }

  @Test
  void everyImageNeedsPlacesAndLayout() {
    List<PlanDescriptor> descriptors =
        List.of(new PlanDescriptor(4, 0, new EventFd(10, 0)), socket(2), socket(1));
    List<PlanObject> objects = List.of(new PlanObject(PlanObject.Kind.ANON, null, 2, 0, 4096));
    assertThat(KernelNeeds.of(0, objects, descriptors))
        .containsExactlyInAnyOrder(MAP_FIXED_NOREPLACE, PR_SET_MM_MAP);
  }

  @Test
  void socketOfIpv6NeedsIt() {
    assertThat(KernelNeeds.of(0, List.of(), List.of(socket(10)))).contains(IPV6);
  }

  @Test
  void memoryNeedsItsSeals() {
    assertThat(sealed(1)).doesNotContain(MFD_ALLOW_SEALING);
    assertThat(sealed(0)).contains(MFD_ALLOW_SEALING).doesNotContain(F_SEAL_EXEC);
    assertThat(sealed(0x1e)).contains(F_SEAL_FUTURE_WRITE).doesNotContain(F_SEAL_EXEC);
    assertThat(sealed(0x20)).contains(MFD_ALLOW_SEALING, F_SEAL_EXEC);
  }

  @Test
  void registrationsForBarriersAreNeeds() {
    assertThat(KernelNeeds.of(1 << 4 | 1 << 8, List.of(), List.of()))
        .contains(
            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
            MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)
        .hasSize(4);
  }
}
