package crjvm.agent.os;

import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
          "java.util",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.fs");
  private static final int NATIVE_ACCESS_WARNS = 24;

  private JdkModules() {}

  public static void open(Instrumentation instrumentation) throws ReflectiveOperationException {
    Module base = Object.class.getModule();
    Module own = JdkModules.class.getModule();
    Map<String, Set<Module>> opens = new HashMap<>();
    for (String name : PACKAGES) {
      opens.put(name, Set.of(own));
    }
    instrumentation.redefineModule(base, Set.of(), Map.of(), opens, Set.of(), Map.of());
    Map<String, Set<Module>> recorder = Map.of("jdk.jfr.internal", Set.of(own));
    ModuleLayer.boot()
        .findModule("jdk.jfr")
        .ifPresent(
            jfr ->
                instrumentation.redefineModule(
                    jfr, Set.of(), Map.of(), recorder, Set.of(), Map.of()));
    if (Runtime.version().feature() >= NATIVE_ACCESS_WARNS) {
      allowNativeAccess();
    }
  }

  /**
   * Spares the user four lines about JNA, which --enable-native-access=ALL-UNNAMED would do as
   * well; there is no manifest attribute for agents, and class loaders' unnamed modules can't be
   * told apart.
   */
  private static void allowNativeAccess() throws ReflectiveOperationException {
    Method enable = Module.class.getDeclaredMethod("implAddEnableNativeAccessToAllUnnamed");
    enable.setAccessible(true);
    enable.invoke(null);
  }
}
