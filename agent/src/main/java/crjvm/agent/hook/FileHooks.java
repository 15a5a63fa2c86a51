package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * All hooks that tell which files the process opens, makes, renames, deletes and lists: in the few
 * methods of the JDK that everything goes through which is written in Java.
 */
public final class FileHooks {
  private static final String FIELD = "java.util.CrjvmFiles";

  private FileHooks() {}

  /**
   * @param notes gets names and {@link FileUse} bits, in the application's threads: it must be
   *     quick, and open no file
   * @param failures gets what went wrong, now or when a class is loaded
   */
  public static void install(
      Instrumentation instrumentation, ObjIntConsumer<Object> notes, Consumer<String> failures) {
    new Tracking(FileHook.ALL, failures)
        .install(instrumentation, FIELD, ObjIntConsumer.class, notes);
  }
}
