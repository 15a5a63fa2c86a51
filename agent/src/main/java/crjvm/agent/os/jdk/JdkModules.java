package crjvm.agent.os.jdk;

import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Packages of the JDK that are opened to this class loader only. Their classes cache values that
 * differ in a restored process, or keep values that must not be kept.
 */
public final class JdkModules {
  private static final List<String> PACKAGES =
      List.of(
          "java.io",
          "java.lang",
          "java.lang.ref",
          "java.net",
          "java.nio.channels.spi",
          "java.security",
          "java.util",
          "java.util.concurrent",
          "jdk.internal.misc",
          "jdk.internal.random",
          "jdk.internal.ref",
          "jdk.internal.vm",
          "sun.net.www.http",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.nio.fs",
          "sun.security.provider",
          "sun.security.ssl",
          "sun.security.util");

  /**
   * The module with the algorithms of {@code RandomGenerator} before they were moved to java.base.
   */
  private static final String GENERATORS = "jdk.random";

  /** The packages of the HTTP client. */
  private static final List<String> CLIENT_PACKAGES =
      List.of("jdk.internal.net.http", "jdk.internal.net.http.common");

  /** A package of the module jdk.management. */
  static final String MANAGEMENT = "com.sun.management.internal";

  private JdkModules() {}

  public static void open(Instrumentation instrumentation) {
    open(instrumentation, Object.class.getModule(), PACKAGES);
    open(instrumentation, GENERATORS, List.of(GENERATORS));
    open(instrumentation, "jdk.crypto.cryptoki", List.of("sun.security.pkcs11"));
    open(instrumentation, "jdk.jfr", List.of("jdk.jfr.internal"));
    open(instrumentation, "java.net.http", CLIENT_PACKAGES);
    open(instrumentation, "java.management", List.of("sun.management"));
    open(instrumentation, "jdk.management", List.of(MANAGEMENT));
  }

  /** Opens packages of a module that may be missing. */
  private static void open(Instrumentation instrumentation, String module, List<String> packages) {
    Optional<Module> found = ModuleLayer.boot().findModule(module);
    if (found.isPresent()) {
      open(instrumentation, found.get(), packages);
    }
  }

  /** Opens packages. It ignores those that this JDK does not have. */
  private static void open(Instrumentation instrumentation, Module module, List<String> packages) {
    Module own = JdkModules.class.getModule();
    Map<String, Set<Module>> opens = new HashMap<>();
    for (String name : packages) {
      if (module.getPackages().contains(name)) {
        opens.put(name, Set.of(own));
      }
    }
    instrumentation.redefineModule(module, Set.of(), Map.of(), opens, Set.of(), Map.of());
  }
}
