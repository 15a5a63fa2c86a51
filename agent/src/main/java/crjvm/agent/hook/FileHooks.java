package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;

/**
 * All hooks that tell which files the process opens, makes, renames, deletes, lists and misses: in
 * the few methods of the JDK that everything goes through which is written in Java.
 */
public final class FileHooks {
  private static final String FIELD = "java.util.CrjvmFiles";
  private static final String KEPT = "java.util.CrjvmKeptFiles";

  private FileHooks() {}

  /**
   * @param notes gets names and {@link FileUse} bits, in the application's threads: it must be
   *     quick, and open no file. What it throws keeps a method from what it was to do
   * @param kept says of a file that is about to be deleted that it is not to be
   * @param failures gets what went wrong, now or when a class is loaded
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
