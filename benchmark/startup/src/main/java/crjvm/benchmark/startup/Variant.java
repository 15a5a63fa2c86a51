package crjvm.benchmark.startup;

import java.util.Locale;

/** A way to start an application. */
enum Variant {
  NORMAL_17("normal start, JDK 17", 17, false),
  NORMAL_25("normal start, JDK 25", 25, false),
  APPCDS("AppCDS, JDK 17", 17, false),
  AOT_CACHE("AOT cache, JDK 25", 25, false),
  CRIU("plain CRIU (root)", 17, true),
  COPIED("crjvm, copied", 17, true),
  MAPPED("crjvm, mapped", 17, true),
  RECORDED("crjvm, recorded", 17, true),
  PARKED("crjvm, parked", 17, true),
  UNPREPARED("crjvm java, not prepared", 17, true),
  RECORDED_21("crjvm, recorded, JDK 21", 21, true),
  RECORDED_25("crjvm, recorded, JDK 25", 25, true),
  RECORDED_27("crjvm, recorded, JDK 27", 27, true);

  private final String title;
  private final int jdk;
  private final boolean restored;

  Variant(String title, int jdk, boolean restored) {
    this.title = title;
    this.jdk = jdk;
    this.restored = restored;
  }

  String title() {
    return title;
  }

  /** Returns the version of the JDK. */
  int jdk() {
    return jdk;
  }

  /** Returns whether the JDK is that of all variants of which several things are measured. */
  boolean isOnMainJdk() {
    return jdk == RECORDED.jdk;
  }

  boolean isRestored() {
    return restored;
  }

  /** Returns whether it is an image that {@code crjvm run} restores itself. */
  boolean isCrjvm() {
    return this == COPIED || this == MAPPED || isRecorded();
  }

  boolean isRecorded() {
    return switch (this) {
      case RECORDED, RECORDED_21, RECORDED_25, RECORDED_27 -> true;
      default -> false;
    };
  }

  /** Returns whether an option means this one. An older name is accepted, too. */
  boolean isCalled(String option) {
    return option.equals(option()) || this == RECORDED && option.equals("trained");
  }

  /** Returns the name in options. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
