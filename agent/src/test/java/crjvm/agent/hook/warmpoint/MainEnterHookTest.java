package crjvm.agent.hook.warmpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainEnterHookTest {
  @TempDir private Path temp;

  @Test
  void theMainClassStandsFirst() {
    assertThat(MainEnterHook.mainClass("com.acme.App a b")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("acme/com.acme.App")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("")).isNull();
  }

  @Test
  void aJarsManifestNamesIt() throws IOException {
    Path jar = temp.resolve("my app.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "com.acme.App");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();

    assertThat(MainEnterHook.mainClass(jar + " x")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass(jar.toString())).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("nowhere.jar")).isNull();
    assertThat(MainEnterHook.hasAgent(jar + " x")).isFalse();

    manifest.getMainAttributes().putValue("Launcher-Agent-Class", "com.acme.Agent");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    assertThat(MainEnterHook.hasAgent(jar + " x")).isTrue();
    assertThat(MainEnterHook.hasAgent("com.acme.App")).isFalse();
  }

  /** Tests class files from Java 1.3 (47), whose verifier is different, to the present version. */
  @ParameterizedTest
  @ValueSource(ints = {47, 48, 49, 52, 61})
  void mainClassesOfOldVersionsStayValid(int version) throws Exception {
    byte[] classFile = mainClass(version);
    List<ClassFileTransformer> transformers = new ArrayList<>();
    Instrumentation instrumentation =
        (Instrumentation)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Instrumentation.class},
                (proxy, method, arguments) ->
                    transformers.add((ClassFileTransformer) arguments[0]));
    BooleanSupplier isDone = MainEnterHook.install(instrumentation, "Old");
    byte[] changed =
        transformers.get(0).transform(getClass().getClassLoader(), "Old", null, null, classFile);

    assertThat(isDone.getAsBoolean()).isTrue();
    assertThat(changed).isNotNull().isNotEqualTo(classFile);
    Class<?> old =
        new ClassLoader(getClass().getClassLoader()) {
          Class<?> define() {
            return defineClass("Old", changed, 0, changed.length);
          }
        }.define();
    old.getMethod("main", String[].class).invoke(null, (Object) new String[] {"ran"});
    assertThat(old.getField("argument").get(null)).isEqualTo("ran");
  }

  /** Returns a class whose main method stores the first argument. */
  private static byte[] mainClass(int version) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(version, Opcodes.ACC_PUBLIC, "Old", null, "java/lang/Object", null);
    int isPublicStatic = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    writer.visitField(isPublicStatic, "argument", "Ljava/lang/String;", null, null).visitEnd();
    MethodVisitor main =
        writer.visitMethod(isPublicStatic, "main", "([Ljava/lang/String;)V", null, null);
    main.visitCode();
    main.visitVarInsn(Opcodes.ALOAD, 0);
    main.visitInsn(Opcodes.ICONST_0);
    main.visitInsn(Opcodes.AALOAD);
    main.visitFieldInsn(Opcodes.PUTSTATIC, "Old", "argument", "Ljava/lang/String;");
    main.visitInsn(Opcodes.RETURN);
    main.visitMaxs(2, 1);
    main.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }
}
