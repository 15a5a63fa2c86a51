package crjvm.agent;

import crjvm.agent.message.Failure;

/** Whether this JVM is of a kind that can be checkpointed. */
final class Platform {
  private static final String WHAT = "no checkpoint will be made";

  private Platform() {}

  static void check() throws Failure {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    String vm = System.getProperty("java.vm.name");
    check(system, machine, vm);
  }

  static void check(String system, String machine, String vm) throws Failure {
    if (!system.equals("Linux") || !machine.equals("amd64")) {
      throw new Failure(
          WHAT, "this is " + system + " on " + machine, "make images on Linux on amd64 (x86-64)");
    }
    // OpenJDK's and Oracle's builds: "OpenJDK 64-Bit Server VM", "Java HotSpot(TM) 64-Bit Server
    // VM".
    if (!vm.contains("64-Bit Server VM")) {
      throw new Failure(
          WHAT, "the JVM \"" + vm + "\" is no HotSpot", "use a HotSpot JDK, 17 or newer");
    }
  }
}
