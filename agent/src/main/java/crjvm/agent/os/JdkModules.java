package crjvm.agent.os;

import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens the packages of the JDK that cache what differs in a restored process, or keep what must
 * not be kept, to this class loader only.
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

  /** Where the algorithms of {@code RandomGenerator} were before they came to java.base. */
  private static final String GENERATORS = "jdk.random";

  /** Of the HTTP client. */
  private static final List<String> CLIENT_PACKAGES =
      List.of("jdk.internal.net.http", "jdk.internal.net.http.common");

  /** This package is in the module jdk.management. */
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

  /** Of a module that need not be there. */
  private static void open(Instrumentation instrumentation, String module, List<String> packages) {
    Optional<Module> found = ModuleLayer.boot().findModule(module);
    if (found.isPresent()) {
      open(instrumentation, found.get(), packages);
    }
  }

  /** Packages that this JDK does not have are left out. */
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
