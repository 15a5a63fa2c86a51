package crjvm.agent.hook.resource;

import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedField;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;

/**
 * All hooks that report the files that the process opens, creates, renames, deletes, lists or does
 * not find. They are in the few methods of the JDK that all Java code uses for that.
 */
public final class FileHooks {
  private static final String FIELD = "java.util.CrjvmFiles";
  private static final String KEPT = "java.util.CrjvmKeptFiles";

  private FileHooks() {}

  /**
   * @param notes receives names and {@link FileUse} bits, in the application's threads. It must be
   *     quick and must not open a file. If it throws an exception, the method of the JDK does not
   *     do its work
   * @param kept returns whether a file that is about to be deleted must be kept
   * @param failures receives the reason of a failure, now or when a class is loaded
   */
  public static void install(
      Instrumentation instrumentation,
      ObjIntConsumer<Object> notes,
      Predicate<Object> kept,
      Consumer<String> failures) {
    try {
      TrackedField.define(FIELD, ObjIntConsumer.class, notes);
      TrackedField.define(KEPT, Predicate.class, kept);
      new PointTransformer(FilePoint.ALL, failures).install(instrumentation);
    } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException e) {
      failures.accept("it can't be hooked into (" + e + ")");
    } catch (LinkageError e) {
      failures.accept("it can't be hooked into (" + e + "); is the agent there twice?");
    }
  }
}
