package crjvm.it.bench;

import java.util.List;

/**
 * A garbage collector, with the options that make it verify the heap before and after its
 * collections.
 */
public enum Collector {
  SERIAL("Serial", "-XX:+VerifyBeforeGC", "-XX:+VerifyAfterGC"),
  PARALLEL("Parallel", "-XX:+VerifyBeforeGC", "-XX:+VerifyAfterGC"),
  G1("G1", "-XX:+VerifyBeforeGC", "-XX:+VerifyAfterGC"),
  Z("Z", "-XX:+ZVerifyRoots"),
  SHENANDOAH("Shenandoah", "-XX:+ShenandoahVerify");

  private final String flag;
  private final List<String> verification;

  Collector(String name, String... verification) {
    this.flag = "-XX:+Use" + name + "GC";
    this.verification = List.of(verification);
  }

  public List<String> options() {
    List<String> options = new java.util.ArrayList<>();
    options.add("-XX:+UnlockDiagnosticVMOptions");
    options.add(flag);
    options.addAll(verification);
    return options;
  }

  /** Returns whether the JDK was built with it. */
  public boolean isIn(Jdk jdk) {
    return jdk.accepts(List.of(flag));
  }
}
