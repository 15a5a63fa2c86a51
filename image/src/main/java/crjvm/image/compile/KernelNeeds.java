package crjvm.image.compile;

import crjvm.image.CheckpointContext;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.plan.KernelFeature;
import crjvm.image.plan.PlanDescriptor;
import crjvm.image.plan.PlanObject;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Finds the kernel features that the plan and the restored process need. */
final class KernelNeeds {
  private static final int F_SEAL_SEAL = 1;
  private static final int F_SEAL_FUTURE_WRITE = 0x10;
  private static final int F_SEAL_EXEC = 0x20;
  private static final int AF_INET6 = 10;

  /** The option with which the JVM registers for barriers and ends if one fails. */
  private static final String BARRIERS = "-XX:+UseSystemMemoryBarrier";

  private KernelNeeds() {}

  static Set<KernelFeature> of(Dump dump, CheckpointContext context, PlanWriter plan)
      throws IOException, ImageException {
    int registrations = dump.core(dump.pid()).getTask().getMembarrierRegistrationMask();
    // Kernels before 6.3 do not report registrations.
    if (context.command().vm().contains(BARRIERS)) {
      registrations |= KernelFeature.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED.membarrier();
    }
    return of(
        registrations,
        plan.all(PlanSection.OBJECTS, PlanObject.class),
        plan.all(PlanSection.DESCRIPTORS, PlanDescriptor.class));
  }

  /**
   * Returns the needed features.
   *
   * @param registrations the commands of membarrier(2) with which the process has registered
   */
  static Set<KernelFeature> of(
      int registrations, List<PlanObject> objects, List<PlanDescriptor> descriptors) {
    Set<KernelFeature> needs =
        EnumSet.of(KernelFeature.MAP_FIXED_NOREPLACE, KernelFeature.PR_SET_MM_MAP);
    for (KernelFeature feature : KernelFeature.values()) {
      if ((registrations & feature.membarrier()) != 0) {
        needs.add(feature);
      }
    }
    for (PlanObject object : objects) {
      // A memfd that can't be sealed needs no kernel feature.
      if (object.kind() == PlanObject.Kind.MEMFD && object.mode() != F_SEAL_SEAL) {
        addSeals(needs, object.mode());
      }
    }
    for (PlanDescriptor descriptor : descriptors) {
      if (descriptor.content() instanceof PlanDescriptor.Socket socket
          && socket.type().family() == AF_INET6) {
        needs.add(KernelFeature.IPV6);
      }
    }
    return needs;
  }

  private static void addSeals(Set<KernelFeature> needs, int seals) {
    needs.add(KernelFeature.MFD_ALLOW_SEALING);
    if ((seals & F_SEAL_FUTURE_WRITE) != 0) {
      needs.add(KernelFeature.F_SEAL_FUTURE_WRITE);
    }
    if ((seals & F_SEAL_EXEC) != 0) {
      needs.add(KernelFeature.F_SEAL_EXEC);
    }
  }
}
