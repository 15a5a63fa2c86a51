package crjvm.it.jdk;

import crjvm.it.bench.Jdk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * A JDK as another release might be: private members of its own classes have other names or other
 * parameters, and everything still works.
 */
final class AlteredJdk {
  private final Jdk jdk;
  private final Path folder;
  private final List<String> modules = new ArrayList<>();

  /**
   * @param folder the place for the altered classes
   */
  AlteredJdk(Jdk jdk, Path folder) {
    this.jdk = jdk;
    this.folder = folder;
  }

  /**
   * Renames a member.
   *
   * @param types binary names of the class and of all other classes that use the member
   */
  AlteredJdk rename(String module, String member, String... types) throws IOException {
    return alter(module, new Change(internal(types[0]), member, member + "Renamed", null), types);
  }

  /**
   * Gives a method of one class another descriptor. A native method has to keep its name, because
   * the JVM finds its code by that name.
   */
  AlteredJdk retype(String module, String method, String descriptor, String type)
      throws IOException {
    return alter(module, new Change(internal(type), method, method, descriptor), type);
  }

  /** Returns the options for the command line. */
  List<String> options() {
    return modules.stream()
        .distinct()
        .map(module -> "--patch-module=" + module + "=" + folder.resolve(module))
        .toList();
  }

  private AlteredJdk alter(String module, Change change, String... types) throws IOException {
    modules.add(module);
    Map<String, String> environment = Map.of("java.home", jdk.home().toString());
    try (FileSystem image = FileSystems.newFileSystem(URI.create("jrt:/"), environment)) {
      for (String type : types) {
        String file = internal(type) + ".class";
        ClassReader reader =
            new ClassReader(Files.readAllBytes(image.getPath("modules", module, file)));
        ClassWriter writer = new ClassWriter(0);
        reader.accept(new Alteration(writer, reader.getClassName(), change), 0);
        if (!change.isDone) {
          throw new AssertionError(jdk + " has no " + types[0] + "." + change.member);
        }
        Path target = folder.resolve(module).resolve(file);
        Files.createDirectories(target.getParent());
        Files.write(target, writer.toByteArray());
      }
    }
    return this;
  }

  private static String internal(String type) {
    return type.replace('.', '/');
  }

  private static final class Change {
    private final String owner;
    private final String member;
    private final String newName;
    private final String newDescriptor; // Null if the descriptor stays.
    private boolean isDone;

    Change(String owner, String member, String newName, String newDescriptor) {
      this.owner = owner;
      this.member = member;
      this.newName = newName;
      this.newDescriptor = newDescriptor;
    }

    boolean isOf(String type, String name) {
      boolean isIt = type.equals(owner) && name.equals(member);
      isDone |= isIt;
      return isIt;
    }

    String name(String type, String name) {
      return isOf(type, name) ? newName : name;
    }

    String descriptor(String type, String name, String descriptor) {
      return isOf(type, name) && newDescriptor != null ? newDescriptor : descriptor;
    }
  }

  private static final class Alteration extends ClassVisitor {
    private final String type;
    private final Change change;

    Alteration(ClassVisitor next, String type, Change change) {
      super(Opcodes.ASM9, next);
      this.type = type;
      this.change = change;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      return super.visitField(access, change.name(type, name), descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next =
          super.visitMethod(
              access,
              change.name(type, name),
              change.descriptor(type, name, descriptor),
              signature,
              exceptions);
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String fieldType) {
          super.visitFieldInsn(opcode, owner, change.name(owner, field), fieldType);
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String method, String parameters, boolean isInterface) {
          super.visitMethodInsn(
              opcode,
              owner,
              change.name(owner, method),
              change.descriptor(owner, method, parameters),
              isInterface);
        }
      };
    }
  }
}
