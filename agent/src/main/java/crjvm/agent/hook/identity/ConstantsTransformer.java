package crjvm.agent.hook.identity;

import crjvm.agent.message.Console;
import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.ModifierAdjustment;
import net.bytebuddy.description.modifier.FieldManifestation;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.pool.TypePool;

/**
 * A transformer that removes {@code final} from static fields when their class is loaded, because
 * the compilers put the values of final fields into their code.
 */
final class ConstantsTransformer implements ClassFileTransformer {
  private final Map<String, List<String>> fields = new HashMap<>();
  private final Consumer<String> failures;

  /**
   * @param fields names of fields by the name of their class
   */
  ConstantsTransformer(Map<String, List<String>> fields, Consumer<String> failures) {
    fields.forEach(
        (name, names) -> {
          if (!names.isEmpty()) {
            this.fields.put(name.replace('.', '/'), names);
          }
        });
    this.failures = failures;
  }

  @Override
  public byte[] transform(
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    List<String> names = name == null || redefined != null ? null : fields.get(name);
    if (names == null) {
      return null;
    }
    try {
      return change(loader, name.replace('/', '.'), classFile, names);
    } catch (RuntimeException | LinkageError e) {
      failures.accept(
          "the class \"" + name.replace('/', '.') + "\" could not be changed (" + e + ")");
      Console.trace(e);
      return null;
    }
  }

  private static byte[] change(
      ClassLoader loader, String className, byte[] classFile, List<String> names) {
    ClassFileLocator locator =
        new ClassFileLocator.Compound(
            ClassFileLocator.Simple.of(className, classFile),
            ClassFileLocator.ForClassLoader.of(loader),
            ClassFileLocator.ForClassLoader.ofPlatformLoader());
    // The class files of other fields' types may be in places where the locator does not find them.
    TypeDescription type =
        TypePool.Default.WithLazyResolution.of(locator).describe(className).resolve();
    ModifierAdjustment adjustment =
        new ModifierAdjustment()
            .withFieldModifiers(
                ElementMatchers.namedOneOf(names.toArray(new String[0])), FieldManifestation.PLAIN);
    return new ByteBuddy()
        .with(TypeValidation.DISABLED)
        .with(Implementation.Context.Disabled.Factory.INSTANCE)
        .redefine(type, locator)
        .visit(adjustment)
        .make()
        .getBytes();
  }
}
