package crjvm.agent.os.jna;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.junit.jupiter.api.Test;

class NoLogTest {
  private static final String LOGGER = "java/util/logging/Logger";

  @Test
  void hasEveryMethodOfTheLoggerThatJnaCalls() throws Exception {
    Set<String> own =
        Stream.of(NoLog.class.getMethods())
            .map(NoLogTest::signature)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(called()).isNotEmpty().isSubsetOf(own);
    assertThat(NoLog.class.getName()).hasSameSizeAs(LOGGER);
  }

  private static String signature(Method method) {
    return method.getName() + Type.getMethodDescriptor(method).replace(name(), LOGGER);
  }

  private static String name() {
    return Type.getInternalName(NoLog.class);
  }

  private static Set<String> called() throws Exception {
    Set<String> called = new TreeSet<>();
    Path jar = Path.of(Native.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile file = new JarFile(jar.toFile())) {
      for (String each :
          file.stream().map(Object::toString).filter(n -> n.endsWith(".class")).toList()) {
        try (InputStream in = file.getInputStream(file.getEntry(each))) {
          collect(in, called);
        }
      }
    }
    return called;
  }

  private static void collect(InputStream in, Set<String> called) throws IOException {
    new ClassReader(in)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String n, String d, String signature, String[] exceptions) {
                return new MethodVisitor(Opcodes.ASM9) {
                  @Override
                  public void visitMethodInsn(
                      int opcode, String owner, String name, String descriptor, boolean isType) {
                    if (owner.equals(LOGGER)) {
                      called.add(name + descriptor);
                    }
                  }
                };
              }
            },
            ClassReader.SKIP_DEBUG);
  }
}
