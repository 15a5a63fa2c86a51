package crjvm.it.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.bytebuddy.jar.asm.AnnotationVisitor;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.FieldVisitor;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * The classes of crjvm.jar, and those of them that crjvm's own code leads to. Code names a class by
 * an instruction, a type, a text with the class's name, or a value in an annotation. The JVM
 * ignores an annotation whose class is missing, and lists of nested classes load nothing.
 */
final class JarClasses {
  private static final Pattern NAME = Pattern.compile("[\\w$]+(?:[./][\\w$]+)+");

  private final Map<String, byte[]> classes = new TreeMap<>();

  /** The classes that each class of the jar names, by internal names. */
  private final Map<String, Set<String>> named = new TreeMap<>();

  static JarClasses read(Path jar) throws IOException {
    JarClasses read = new JarClasses();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        String name = entry.getName();
        if (name.matches("(isolated/.*\\.classdata|.*\\.class)")) {
          try (InputStream in = zip.getInputStream(entry)) {
            read.classes.put(name.replaceAll("^isolated/|\\.class(data)?$", ""), in.readAllBytes());
          }
        }
      }
    }
    return read;
  }

  Set<String> names() {
    return classes.keySet();
  }

  /**
   * Follows the code from crjvm's own classes.
   *
   * @return the classes that are reached, each with the classes that it names and the jar lacks
   */
  Map<String, Set<String>> reach() {
    Map<String, Set<String>> reached = new TreeMap<>();
    Deque<String> left = new ArrayDeque<>();
    classes.keySet().stream().filter(name -> name.matches("(crjvm|jdk)/.*")).forEach(left::add);
    while (!left.isEmpty()) {
      String name = left.pop();
      if (reached.containsKey(name)) {
        continue;
      }
      Set<String> missing = new TreeSet<>();
      reached.put(name, missing);
      for (String other : named.computeIfAbsent(name, this::find)) {
        if (classes.containsKey(other)) {
          left.add(other);
        } else {
          missing.add(other);
        }
      }
    }
    return reached;
  }

  /**
   * Returns whether the complete libraries of the tests, of which the jar holds parts, have such a
   * class.
   */
  private static boolean isKnown(String name) {
    return ClassLoader.getSystemResource(name + ".class") != null;
  }

  private Set<String> find(String name) {
    Names names = new Names(!name.startsWith("crjvm/"));
    new ClassReader(classes.get(name)).accept(names, ClassReader.SKIP_DEBUG);
    return names.found;
  }

  private final class Values extends AnnotationVisitor {
    private final Names names;

    Values(Names names) {
      super(Opcodes.ASM9);
      this.names = names;
    }

    @Override
    public void visit(String name, Object value) {
      names.addConstant(value);
    }

    @Override
    public AnnotationVisitor visitAnnotation(String name, String descriptor) {
      return this;
    }

    @Override
    public AnnotationVisitor visitArray(String name) {
      return this;
    }
  }

  private final class Names extends ClassVisitor {
    final Set<String> found = new TreeSet<>();
    private final boolean isOfLibrary;

    /**
     * @param isOfLibrary whether a text means a class of the libraries: the agent knows the
     *     application's, too
     */
    Names(boolean isOfLibrary) {
      super(Opcodes.ASM9);
      this.isOfLibrary = isOfLibrary;
    }

    private void add(Type type) {
      if (type.getSort() == Type.METHOD) {
        add(type.getReturnType());
        for (Type each : type.getArgumentTypes()) {
          add(each);
        }
      } else if (type.getSort() == Type.ARRAY) {
        add(type.getElementType());
      } else if (type.getSort() == Type.OBJECT) {
        found.add(type.getInternalName());
      }
    }

    private void addObject(String name) {
      if (name != null) {
        add(Type.getObjectType(name));
      }
    }

    private void addConstant(Object value) {
      if (value instanceof Type type) {
        add(type);
      } else if (value instanceof Handle handle) {
        addObject(handle.getOwner());
        add(Type.getType(handle.getDesc()));
      } else if (value instanceof String text && NAME.matcher(text).matches()) {
        String name = text.replace('.', '/');
        if (classes.containsKey(name) || isOfLibrary && isKnown(name)) {
          found.add(name);
        }
      }
    }

    @Override
    public void visit(
        int version, int access, String name, String signature, String parent, String[] types) {
      addObject(parent);
      for (String type : types) {
        addObject(type);
      }
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean isVisible) {
      return isVisible ? new Values(this) : null;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      add(Type.getType(descriptor));
      addConstant(value);
      return new FieldVisitor(Opcodes.ASM9) {
        @Override
        public AnnotationVisitor visitAnnotation(String annotation, boolean isVisible) {
          return isVisible ? new Values(Names.this) : null;
        }
      };
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] thrown) {
      add(Type.getMethodType(descriptor));
      for (String type : thrown == null ? new String[0] : thrown) {
        addObject(type);
      }
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public AnnotationVisitor visitAnnotationDefault() {
          return new Values(Names.this);
        }

        @Override
        public AnnotationVisitor visitAnnotation(String annotation, boolean isVisible) {
          return isVisible ? new Values(Names.this) : null;
        }

        @Override
        public AnnotationVisitor visitParameterAnnotation(
            int parameter, String annotation, boolean isVisible) {
          return isVisible ? new Values(Names.this) : null;
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
          addObject(type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String type) {
          addObject(owner);
          add(Type.getType(type));
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String method, String type, boolean isInterface) {
          addObject(owner);
          add(Type.getMethodType(type));
        }

        @Override
        public void visitInvokeDynamicInsn(
            String method, String type, Handle bootstrap, Object... arguments) {
          add(Type.getMethodType(type));
          addConstant(bootstrap);
          for (Object argument : arguments) {
            addConstant(argument);
          }
        }

        @Override
        public void visitLdcInsn(Object value) {
          addConstant(value);
        }

        @Override
        public void visitMultiANewArrayInsn(String type, int dimensions) {
          add(Type.getType(type));
        }

        @Override
        public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
          addObject(type);
        }

        @Override
        public void visitFrame(int kind, int locals, Object[] local, int size, Object[] stack) {
          addFrame(local, locals);
          addFrame(stack, size);
        }

        private void addFrame(Object[] types, int count) {
          for (int i = 0; types != null && i < Math.min(count, types.length); i++) {
            if (types[i] instanceof String type) {
              addObject(type);
            }
          }
        }
      };
    }
  }
}
