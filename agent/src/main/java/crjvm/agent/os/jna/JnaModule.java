package crjvm.agent.os.jna;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A module for the agent's own JNA. The JDK grants native access to modules, and all classes
 * without a module share one grant. Without its own module, JNA's grant would also apply to the
 * application, so that the JDK would neither warn about the application's native access nor deny
 * it.
 */
final class JnaModule {
  private static final String NAME = "crjvm.jna";
  private static final Set<String> PACKAGES =
      Set.of("com.sun.jna", "com.sun.jna.internal", "com.sun.jna.ptr", "com.sun.jna.win32");

  private JnaModule() {}

  /**
   * Defines the module. It must be called before the first class of JNA is loaded, and java.lang
   * has to be open. If the JDK does not allow it, JNA stays among the classes without a module,
   * which {@code --enable-native-access=ALL-UNNAMED} can allow.
   */
  static void define() {
    ClassLoader loader = JnaModule.class.getClassLoader();
    if (mayCallNativeCode() || loader == ClassLoader.getSystemClassLoader()) {
      return;
    }
    try {
      Method enable = JdkInside.method(Module.class, "implAddEnableNativeAccess");
      enable.invoke(module(loader));
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("it may warn of crjvm's own native access, or deny it", e);
    }
  }

  /**
   * Returns whether native access is allowed, by an option or because this JDK has no restriction
   * (up to JDK 20).
   */
  private static boolean mayCallNativeCode() {
    try {
      Method isEnabled = Module.class.getMethod("isNativeAccessEnabled");
      return (Boolean) isEnabled.invoke(JnaModule.class.getModule());
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static Module module(ClassLoader loader) {
    Configuration configuration =
        ModuleLayer.boot().configuration().resolve(new Finder(), ModuleFinder.of(), Set.of(NAME));
    ModuleLayer.Controller controller =
        ModuleLayer.defineModules(configuration, List.of(ModuleLayer.boot()), name -> loader);
    Module module = controller.layer().findModule(NAME).orElseThrow();
    controller.addReads(module, NoLog.class.getModule());
    return module;
  }

  private static final class Finder implements ModuleFinder {
    private final ModuleReference reference =
        new ModuleReference(
            ModuleDescriptor.newOpenModule(NAME)
                .requires("java.logging")
                .packages(PACKAGES)
                .build(),
            null) {
          @Override
          public ModuleReader open() {
            throw new UnsupportedOperationException();
          }
        };

    @Override
    public Optional<ModuleReference> find(String name) {
      return name.equals(NAME) ? Optional.of(reference) : Optional.empty();
    }

    @Override
    public Set<ModuleReference> findAll() {
      return Set.of(reference);
    }
  }
}
