package crjvm.agent.library;

import java.lang.instrument.Instrumentation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The modules of the application, which are opened to this class loader because libraries may be on
 * the module path.
 */
public final class Modules {
  private final Instrumentation instrumentation;

  public Modules(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  public void open(Module module) {
    if (!module.isNamed()) {
      return; // The packages of an unnamed module are open.
    }
    Map<String, Set<Module>> opens = new HashMap<>();
    for (String name : module.getPackages()) {
      opens.put(name, Set.of(Modules.class.getModule()));
    }
    instrumentation.redefineModule(module, Set.of(), Map.of(), opens, Set.of(), Map.of());
  }
}
