package crjvm.agent.hook.identity;

import crjvm.agent.hook.ClassChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A transformer that removes {@code final} from static fields when their class is loaded, because
 * the compilers put the values of final fields into their code.
 */
final class ConstantsTransformer extends ClassChange {
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
  protected boolean concerns(ClassLoader loader, String name, boolean isLoaded) {
    return !isLoaded && fields.containsKey(name);
  }

  @Override
  protected byte[] change(ClassLoader loader, String name, byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Adjustment(writer, fields.get(name)), 0);
    return writer.toByteArray();
  }

  @Override
  protected void fail(String name, String why) {
    failures.accept(about(name, why));
  }

  private static final class Adjustment extends ClassVisitor {
    private final List<String> names;

    Adjustment(ClassVisitor next, List<String> names) {
      super(Opcodes.ASM9, next);
      this.names = names;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      int adjusted = names.contains(name) ? access & ~Opcodes.ACC_FINAL : access;
      return super.visitField(adjusted, name, descriptor, signature, value);
    }
  }
}
