package crjvm.agent.os;

import crjvm.agent.message.JdkLack;
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
 * A module for the agent's own JNA. The JDK gives native access to modules, and all classes without
 * one share it: the application's would have it with ours, so that the JDK neither warned of them
 * nor denied it to them.
 */
final class JnaModule {
  private static final String NAME = "crjvm.jna";
  private static final Set<String> PACKAGES =
      Set.of("com.sun.jna", "com.sun.jna.internal", "com.sun.jna.ptr", "com.sun.jna.win32");

  private JnaModule() {}

  /**
   * Must be called before the first class of JNA's is loaded, and needs java.lang to be open. Where
   * the JDK lets nobody give native access, JNA stays among the classes without a module, for which
   * {@code --enable-native-access=ALL-UNNAMED} can.
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

  /** By an option, or because this JDK has no such thing, up to JDK 20. */
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
    return ModuleLayer.defineModules(configuration, List.of(ModuleLayer.boot()), name -> loader)
        .layer()
        .findModule(NAME)
        .orElseThrow();
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
