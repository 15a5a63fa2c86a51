package crjvm.agent.hook.resource;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedField;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * All hooks that report which environment variables and system properties are read. They are in the
 * maps that hold the values, because every read ends there.
 */
public final class SettingHooks {
  private static final String FIELD = "java.util.CrjvmSettings";
  private static final String PROPERTIES = "java/util/Properties";
  private static final String ENVIRONMENT = "java/lang/ProcessEnvironment$StringEnvironment";
  private static final String BY_NAME = "(Ljava/lang/Object;)";

  private static final List<SettingPoint> POINTS =
      List.of(
          new SettingPoint(PROPERTIES, "getProperty", "(Ljava/lang/String;)Ljava/lang/String;"),
          new SettingPoint(PROPERTIES, "get", BY_NAME),
          new SettingPoint(PROPERTIES, "getOrDefault", "(Ljava/lang/Object;Ljava/lang/Object;)"),
          new SettingPoint(PROPERTIES, "containsKey", BY_NAME),
          new SettingPoint(ENVIRONMENT, "get", BY_NAME),
          new SettingPoint(ENVIRONMENT, "containsKey", BY_NAME),
          new SettingPoint(ENVIRONMENT, "entrySet", "()"),
          new SettingPoint(ENVIRONMENT, "values", "()"));

  private SettingHooks() {}

  /**
   * @param reads receives the map and the name, or null for all names. The application's threads
   *     call it often, so it must be quick, read no property and throw no exception
   * @param failures receives the reason of a failure, now or when a class is loaded
   */
  public static void install(
      Instrumentation instrumentation,
      BiConsumer<Object, Object> reads,
      Consumer<String> failures) {
    try {
      TrackedField.define(FIELD, BiConsumer.class, reads);
      new PointTransformer(POINTS, failures).install(instrumentation);
    } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException e) {
      failures.accept("it can't be hooked into (" + e + ")");
    } catch (LinkageError e) {
      failures.accept("it can't be hooked into (" + e + "); is the agent there twice?");
    }
  }

  /** A method of a map. If it has no argument, it reads all names. */
  private record SettingPoint(String type, String method, String arguments) implements MethodPoint {
    @Override
    public boolean fits(String descriptor) {
      return descriptor.startsWith(arguments);
    }

    @Override
    public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
      boolean isByName = !descriptor.startsWith("()");
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public void visitCode() {
          super.visitCode();
          visitFieldInsn(
              Opcodes.GETSTATIC,
              FIELD.replace('.', '/'),
              "tracked",
              "Ljava/util/function/BiConsumer;");
          visitVarInsn(Opcodes.ALOAD, 0);
          if (isByName) {
            visitVarInsn(Opcodes.ALOAD, 1);
          } else {
            visitInsn(Opcodes.ACONST_NULL);
          }
          visitMethodInsn(
              Opcodes.INVOKEINTERFACE,
              "java/util/function/BiConsumer",
              "accept",
              "(Ljava/lang/Object;Ljava/lang/Object;)V",
              true);
        }
      };
    }
  }
}
