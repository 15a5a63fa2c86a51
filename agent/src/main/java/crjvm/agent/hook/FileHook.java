package crjvm.agent.hook;

import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

import java.io.File;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A class of the JDK's through which files are used, with the advice for each of its methods.
 *
 * @param className the class
 * @param points where the advice goes
 */
record FileHook(String className, List<Point> points) implements TrackingHook {
  /** Methods and their advice. */
  private record Point(
      String name, ElementMatcher.Junction<MethodDescription> methods, Class<?> advice) {}

  static final List<TrackingHook> ALL =
      List.of(
          new FileHook(
              "java.io.FileInputStream",
              List.of(point("open", takesArguments(String.class), FileAdvice.Read.class))),
          new FileHook(
              "java.io.FileOutputStream",
              List.of(
                  point(
                      "open", takesArguments(String.class, boolean.class), FileAdvice.Write.class),
                  // Where the JDK's sync() is native, this is what comes before it.
                  point("getFD", takesArguments(0), FileAdvice.Sync.class))),
          new FileHook(
              "java.io.RandomAccessFile",
              List.of(
                  point("open", takesArguments(String.class, int.class), FileAdvice.Open.class))),
          new FileHook(
              "java.io.File",
              List.of(
                  point("createNewFile", takesArguments(0), FileAdvice.Create.class),
                  point("delete", takesArguments(0), FileAdvice.Delete.class),
                  point("deleteOnExit", takesArguments(0), FileAdvice.DeleteOnExit.class),
                  point("exists", takesArguments(0), FileAdvice.Look.class),
                  point("isFile", takesArguments(0), FileAdvice.Look.class),
                  point("normalizedList", takesArguments(0), FileAdvice.ListFolder.class),
                  point("renameTo", takesArguments(File.class), FileAdvice.Rename.class),
                  point("createTempFile", takesArguments(3), FileAdvice.Temporary.class))),
          new FileHook(
              "java.nio.file.Files",
              List.of(
                  point("exists", takesArguments(2), FileAdvice.LookAtPath.class),
                  point("isRegularFile", takesArguments(2), FileAdvice.LookAtPath.class))),
          new FileHook(
              "java.nio.file.TempFileHelper",
              List.of(
                  point("createTempFile", takesArguments(4), FileAdvice.Temporary.class),
                  point("createTempDirectory", takesArguments(3), FileAdvice.Temporary.class))),
          new FileHook(
              "sun.nio.ch.FileChannelImpl",
              List.of(
                  point("force", takesArguments(boolean.class), FileAdvice.Sync.class),
                  point("truncate", takesArguments(long.class), FileAdvice.Truncate.class))),
          new FileHook(
              "sun.nio.fs.UnixNativeDispatcher",
              List.of(
                  point("open", takesArguments(3), FileAdvice.OpenPath.class),
                  point("opendir", takesArguments(1), FileAdvice.ListPath.class),
                  point("unlink", takesArguments(1), FileAdvice.DeletePath.class),
                  point("link", takesArguments(2), FileAdvice.LinkPath.class),
                  point("rename", takesArguments(2), FileAdvice.RenamePath.class))));

  private static Point point(
      String name, ElementMatcher<MethodDescription> arguments, Class<?> advice) {
    return new Point(name, ElementMatchers.<MethodDescription>named(name).and(arguments), advice);
  }

  @Override
  public List<String> classNames() {
    return List.of(className);
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    return points.stream()
        .map(
            point ->
                new AdviceTransformer.Insertion(
                    point.methods(), point.name(), advice.to(point.advice())))
        .toList();
  }
}
