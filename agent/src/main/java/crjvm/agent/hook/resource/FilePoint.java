package crjvm.agent.hook.resource;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.OwnField;
import crjvm.agent.hook.TrackedField;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * A method of the JDK that uses a file, and the report that it makes of that use. A method that
 * deletes a file asks first whether it may. The other methods get no branch, so their stack map
 * frames stay as they are.
 *
 * @param type the class, with slashes
 * @param arguments the beginning of the method's descriptor
 * @param name the place of the file's name
 * @param use the bits that are reported
 * @param more the index of another argument, an int or boolean that is added to the bits; -1: none
 */
record FilePoint(String type, String method, String arguments, Name name, int use, int more)
    implements MethodPoint {
  /** The field with the receiver of the reports. */
  static final TrackedField NOTES = new TrackedField("java/util/CrjvmFiles", ObjIntConsumer.class);

  /** The field with the predicate that says whether a file must be kept. */
  static final TrackedField KEPT = new TrackedField("java/util/CrjvmKeptFiles", Predicate.class);

  private static final OwnField PATH_OF_THIS = new OwnField("path", "Ljava/lang/String;");
  private static final String UNIX = "sun/nio/fs/UnixNativeDispatcher";
  private static final String UNIX_PATH = "sun/nio/fs/UnixPath";
  private static final String BYTES = "asByteArray";
  private static final String PATH = "(L" + UNIX_PATH + ";";

  /** The place where a method has the name of its file. */
  enum Name {
    /** The object itself. */
    THIS,
    FIRST,
    /**
     * The bytes of the first argument, which is a path. The path's own methods for hash and
     * comparison would go through the bytes one by one.
     */
    BYTES,
    SECOND,
    /** The field "path" of the object. */
    FIELD,
    /**
     * Two names: the object itself and its first argument, or the first two arguments of a static
     * method.
     */
    BOTH,
    /** The returned value. */
    RESULT,
    /** The object itself or the first argument. It is reported once the returned value is known. */
    ASKED
  }

  static final List<FilePoint> ALL =
      List.of(
          of("java/io/FileInputStream", "open", "(Ljava/lang/String;)", Name.FIRST, FileUse.READ),
          new FilePoint(
              "java/io/FileOutputStream",
              "open",
              "(Ljava/lang/String;Z)",
              Name.FIRST,
              FileUse.OUTPUT,
              1),
          // In JDKs whose sync() is native, Java code calls this method before it.
          of("java/io/FileOutputStream", "getFD", "()", Name.FIELD, FileUse.SYNC),
          new FilePoint(
              "java/io/RandomAccessFile",
              "open",
              "(Ljava/lang/String;I)",
              Name.FIRST,
              FileUse.RANDOM,
              1),
          of("java/io/File", "createNewFile", "()", Name.THIS, FileUse.CREATE),
          of("java/io/File", "delete", "()", Name.THIS, FileUse.DELETE),
          of("java/io/File", "deleteOnExit", "()", Name.THIS, FileUse.TEMPORARY),
          of("java/io/File", "normalizedList", "()", Name.THIS, FileUse.LIST),
          of("java/io/File", "mkdir", "()", Name.THIS, FileUse.MAKE_FOLDER),
          of("java/io/File", "mkdirs", "()", Name.THIS, FileUse.MAKE_FOLDER),
          of("java/io/File", "renameTo", "(Ljava/io/File;)", Name.BOTH, FileUse.RENAME),
          of("java/io/File", "exists", "()", Name.ASKED, FileUse.ASK),
          of("java/io/File", "isFile", "()", Name.ASKED, FileUse.ASK),
          of(
              "java/io/File",
              "createTempFile",
              "(Ljava/lang/String;Ljava/lang/String;Ljava/io/File;)",
              Name.RESULT,
              FileUse.TEMPORARY),
          of("java/nio/file/Files", "exists", "(Ljava/nio/file/Path;", Name.ASKED, FileUse.ASK),
          of(
              "java/nio/file/Files",
              "isRegularFile",
              "(Ljava/nio/file/Path;",
              Name.ASKED,
              FileUse.ASK),
          of("java/nio/file/TempFileHelper", "createTempFile", "(", Name.RESULT, FileUse.TEMPORARY),
          of(
              "java/nio/file/TempFileHelper",
              "createTempDirectory",
              "(",
              Name.RESULT,
              FileUse.TEMPORARY),
          of("sun/nio/ch/FileChannelImpl", "force", "(Z)", Name.FIELD, FileUse.SYNC),
          of("sun/nio/ch/FileChannelImpl", "truncate", "(J)", Name.FIELD, FileUse.TRUNCATE),
          new FilePoint(UNIX, "open", PATH + "II)", bytesOrPath(), FileUse.OPEN, 1),
          of(UNIX, "mkdir", PATH, Name.FIRST, FileUse.MAKE_FOLDER),
          of(UNIX, "opendir", PATH, Name.FIRST, FileUse.LIST),
          of(UNIX, "unlink", PATH, Name.FIRST, FileUse.DELETE),
          of(UNIX, "link", PATH, Name.SECOND, FileUse.WRITE | FileUse.CREATE),
          of(UNIX, "symlink", "([BL" + UNIX_PATH + ";", Name.SECOND, FileUse.LINK),
          of(UNIX, "rename", PATH, Name.BOTH, FileUse.RENAME));

  /** Returns the place of the bytes, if a path of this JDK has a method that gives them. */
  private static Name bytesOrPath() {
    try {
      Class<?> result =
          Class.forName(UNIX_PATH.replace('/', '.')).getDeclaredMethod(BYTES).getReturnType();
      return result == byte[].class ? Name.BYTES : Name.FIRST;
    } catch (ReflectiveOperationException e) {
      return Name.FIRST;
    }
  }

  private static FilePoint of(String type, String method, String arguments, Name name, int use) {
    return new FilePoint(type, method, arguments, name, use, -1);
  }

  @Override
  public Optional<OwnField> field() {
    return name == Name.FIELD ? Optional.of(PATH_OF_THIS) : Optional.empty();
  }

  @Override
  public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
    int first = (access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
    return switch (name) {
      case RESULT, ASKED -> new AtEnd(method, first, Type.getArgumentsAndReturnSizes(descriptor));
      default -> new AtStart(method, first, Type.getReturnType(descriptor));
    };
  }

  private static void call(MethodVisitor method) {
    NOTES.call(method, "accept", "(Ljava/lang/Object;I)V");
  }

  private final class AtStart extends MethodVisitor {
    private final int first;
    private final Type result;

    /**
     * @param first the variable of the first argument; 0: the method is static
     * @param result void, or a boolean that says whether the method did its work
     */
    AtStart(MethodVisitor next, int first, Type result) {
      super(Opcodes.ASM9, next);
      this.first = first;
      this.result = result;
    }

    /** Leaves a file that must be kept, and tells the caller that it is deleted. */
    private void returnIfKept() {
      Label goesOn = new Label();
      KEPT.read(mv);
      visitVarInsn(Opcodes.ALOAD, 0); // the file itself, or the only argument
      KEPT.call(mv, "test", "(Ljava/lang/Object;)Z");
      visitJumpInsn(Opcodes.IFEQ, goesOn);
      if (result == Type.VOID_TYPE) {
        visitInsn(Opcodes.RETURN);
      } else {
        visitInsn(Opcodes.ICONST_1);
        visitInsn(Opcodes.IRETURN);
      }
      visitLabel(goesOn);
      visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      if (use == FileUse.DELETE) {
        returnIfKept();
      }
      NOTES.read(mv);
      switch (name) {
        case THIS -> visitVarInsn(Opcodes.ALOAD, 0);
        case FIRST -> visitVarInsn(Opcodes.ALOAD, first);
        case BYTES -> {
          visitVarInsn(Opcodes.ALOAD, first);
          visitMethodInsn(Opcodes.INVOKEVIRTUAL, UNIX_PATH, BYTES, "()[B", false);
        }
        case SECOND -> visitVarInsn(Opcodes.ALOAD, first + 1);
        case FIELD -> PATH_OF_THIS.read(mv, type);
        default -> {
          visitInsn(Opcodes.ICONST_2);
          visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
          for (int i = 0; i < 2; i++) {
            visitInsn(Opcodes.DUP);
            visitInsn(Opcodes.ICONST_0 + i);
            visitVarInsn(Opcodes.ALOAD, i); // the same variables in both kinds of methods
            visitInsn(Opcodes.AASTORE);
          }
        }
      }
      visitLdcInsn(use);
      if (more >= 0) {
        visitVarInsn(Opcodes.ILOAD, first + more);
        visitInsn(Opcodes.IOR);
      }
      call(mv);
    }
  }

  /**
   * A visitor that inserts the call before each return. It stores the returned value in a variable
   * that the method does not use.
   */
  private final class AtEnd extends MethodVisitor {
    private final int first;
    private int variables;

    AtEnd(MethodVisitor next, int first, int sizes) {
      super(Opcodes.ASM9, next);
      this.first = first;
      variables = sizes >> 2;
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
      boolean isWide =
          opcode == Opcodes.LLOAD
              || opcode == Opcodes.LSTORE
              || opcode == Opcodes.DLOAD
              || opcode == Opcodes.DSTORE;
      variables = Math.max(variables, variable + (isWide ? 2 : 1));
      super.visitVarInsn(opcode, variable);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode == Opcodes.ARETURN) {
        mv.visitInsn(Opcodes.DUP);
        mv.visitVarInsn(Opcodes.ASTORE, variables);
        NOTES.read(mv);
        mv.visitVarInsn(Opcodes.ALOAD, variables);
        mv.visitLdcInsn(use);
        call(mv);
      } else if (opcode == Opcodes.IRETURN) {
        mv.visitInsn(Opcodes.DUP);
        mv.visitVarInsn(Opcodes.ISTORE, variables);
        NOTES.read(mv);
        mv.visitVarInsn(Opcodes.ALOAD, 0); // the object itself, or the first argument
        mv.visitVarInsn(Opcodes.ILOAD, variables);
        mv.visitLdcInsn(use);
        mv.visitInsn(Opcodes.IOR);
        call(mv);
      }
      super.visitInsn(opcode);
    }
  }
}
