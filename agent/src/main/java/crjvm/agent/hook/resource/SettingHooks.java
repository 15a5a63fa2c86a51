package crjvm.agent.hook.resource;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedField;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * All hooks that report which environment variables and system properties are read. They are in the
 * maps that hold the values, because every read ends there.
 */
public final class SettingHooks {
  private static final TrackedField READS =
      new TrackedField("java/util/CrjvmSettings", BiConsumer.class);
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
   * @param failures receives the reason of a failure, now or later
   */
  public static void addTo(
      PointTransformer transformer, BiConsumer<Object, Object> reads, Consumer<String> failures) {
    transformer.add(POINTS, Map.of(READS, reads), failures);
  }

  /** A method of a map. If it has no argument, it reads all names. */
  private record SettingPoint(String type, String method, String arguments) implements MethodPoint {
    @Override
    public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
      boolean isByName = !descriptor.startsWith("()");
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public void visitCode() {
          super.visitCode();
          READS.read(mv);
          visitVarInsn(Opcodes.ALOAD, 0);
          if (isByName) {
            visitVarInsn(Opcodes.ALOAD, 1);
          } else {
            visitInsn(Opcodes.ACONST_NULL);
          }
          READS.call(mv, "accept", "(Ljava/lang/Object;Ljava/lang/Object;)V");
        }
      };
    }
  }
}
