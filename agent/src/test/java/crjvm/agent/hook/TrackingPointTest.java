package crjvm.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.hook.TrackingPoint.Report;
import java.io.IOException;
import java.io.InputStream;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import net.bytebuddy.jar.asm.MethodVisitor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of inserted calls in a class that the JVM verifies. */
class TrackingPointTest {
  private static final TrackedField RECEIVER =
      new TrackedField("java/util/CrjvmTrackingPointTest", BiConsumer.class);

  private static final TrackedObjects OBJECTS = new TrackedObjects();

  /** A class of a library. Its copy in another class loader is changed. */
  public static class Generator implements UnaryOperator<Object> {
    private final int state;

    public Generator() {
      this(1);
    }

    private Generator(int state) {
      this.state = state;
    }

    /**
     * Returns another generator, after a way through branches and a variable, so that the method
     * has stack map frames.
     */
    @Override
    public Object apply(Object source) {
      if (source instanceof String text) {
        for (int i = 0; i < text.length(); i++) {
          if (text.charAt(i) == '!') {
            throw new IllegalArgumentException(text);
          }
        }
        return new Generator(text.length());
      }
      return new Generator(state + 1);
    }
  }

  /** A class loader of an application, which defines the changed class itself. */
  private static final class Loader extends ClassLoader {
    private final List<String> asked = new ArrayList<>();
    private final byte[] changed;

    Loader(byte[] changed) {
      super(TrackingPointTest.class.getClassLoader());
      this.changed = changed;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      if (!name.equals(Generator.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? defineClass(name, changed, 0, changed.length) : loaded;
    }
  }

  private final List<String> failures = new ArrayList<>();

  @BeforeAll
  static void define() throws ReflectiveOperationException {
    RECEIVER.define(new Tracker(OBJECTS));
  }

  @BeforeEach
  void forget() {
    OBJECTS.living().forEach(OBJECTS::remove);
  }

  @Test
  void objectsAreReportedWhenTheirConstructorReturns() throws Exception {
    Object made = generator(point("<init>", "()", Report.THIS));

    assertThat(OBJECTS.living()).containsExactly(made);
    assertThat(failures).isEmpty();
  }

  @Test
  void childrenAreAsTheirParents() throws Exception {
    UnaryOperator<Object> parent =
        generator(point("<init>", "()", Report.THIS), point("apply", "(", Report.CHILD));

    Object child = parent.apply("source");
    OBJECTS.remove(parent);
    Object other = parent.apply(1);

    assertThat(OBJECTS.living()).containsExactly(child);
    assertThat(other).isNotNull();
  }

  @Test
  void childrenAreAsTheirSources() throws Exception {
    UnaryOperator<Object> parent = generator(point("apply", "(", Report.CHILD_OF_ARGUMENT));
    String source = "source";

    assertThat(parent.apply(source)).isNotNull();
    assertThat(OBJECTS.living()).isEmpty();
    OBJECTS.add(source);

    Object child = parent.apply(source);
    assertThat(OBJECTS.living()).containsExactlyInAnyOrder(source, child);
  }

  @Test
  void seededOnesAreForgottenUnlessTheMethodFails() throws Exception {
    UnaryOperator<Object> object =
        generator(point("<init>", "()", Report.THIS), point("apply", "(", Report.SEEDED));

    assertThatThrownBy(() -> object.apply("fails!")).isInstanceOf(IllegalArgumentException.class);
    assertThat(OBJECTS.living()).containsExactly(object);

    assertThat(object.apply(1)).isNotNull();
    assertThat(OBJECTS.living()).isEmpty();
  }

  @Test
  void failuresOfTheSetDoNotReachTheCaller() {
    Tracker tracker =
        new Tracker(
            new AbstractSet<>() {
              @Override
              public boolean add(Object object) {
                throw new StackOverflowError();
              }

              @Override
              public Iterator<Object> iterator() {
                throw new OutOfMemoryError();
              }

              @Override
              public int size() {
                return 0;
              }
            });

    tracker.accept(this, this);
    tracker.accept(this, null);
    tracker.accept(this, tracker);
  }

  @Test
  void membersThatAreMissingAreReportedAndTheClassStillWorks() throws Exception {
    MethodPoint ofField = new FieldPoint(new OwnField("stateRenamed", "I"));

    UnaryOperator<Object> object =
        generator(point("<init>", "()", Report.THIS), point("split", "()", Report.CHILD), ofField);

    String name = "the class \"" + Generator.class.getName() + "\"";
    assertThat(failures)
        .containsExactly(
            name + " has no method \"split\"", name + " has no field \"stateRenamed\"");
    assertThat(object.apply(1)).isNotNull();
    assertThat(OBJECTS.living()).containsExactly(object);
  }

  /**
   * Tests that no loader of the application is asked. Two threads that load classes in two loaders
   * could wait for each other forever.
   */
  @Test
  void noClassLoaderOfTheApplicationIsAsked() throws IOException {
    Loader loader = new Loader(new byte[0]);

    assertThat(change(loader, point("apply", "(", Report.CHILD))).isNotNull();

    assertThat(loader.asked).isEmpty();
  }

  private record FieldPoint(OwnField own) implements MethodPoint {
    @Override
    public String type() {
      return internalName();
    }

    @Override
    public String method() {
      return "apply";
    }

    @Override
    public String arguments() {
      return "(";
    }

    @Override
    public Optional<OwnField> field() {
      return Optional.of(own);
    }

    @Override
    public MethodVisitor into(MethodVisitor method, int access, String descriptor) {
      throw new AssertionError("the field is missing");
    }
  }

  private static MethodPoint point(String method, String arguments, Report report) {
    return new TrackingPoint(RECEIVER, internalName(), method, arguments, report);
  }

  private static String internalName() {
    return Generator.class.getName().replace('.', '/');
  }

  private byte[] change(ClassLoader loader, MethodPoint... points) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("TrackingPointTest$Generator.class")) {
      PointTransformer transformer = new PointTransformer();
      transformer.add(List.of(points), Map.of(), failures::add);
      return transformer.transform(loader, internalName(), null, null, in.readAllBytes());
    }
  }

  @SuppressWarnings("unchecked")
  private UnaryOperator<Object> generator(MethodPoint... points) throws Exception {
    Loader loader = new Loader(change(null, points));
    return (UnaryOperator<Object>)
        loader.loadClass(Generator.class.getName()).getDeclaredConstructor().newInstance();
  }
}
