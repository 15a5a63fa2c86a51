package crjvm.agent.hook.resource;

import crjvm.agent.hook.PointTransformer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;

/**
 * All hooks that report the files that the process opens, creates, renames, deletes, lists or does
 * not find, and the folders that it makes. They are in the few methods of the JDK that all Java
 * code uses for that. One more lets a copy make its temporary file if another copy was quicker.
 */
public final class FileHooks {
  private FileHooks() {}

  /**
   * @param notes receives names and {@link FileUse} bits, in the application's threads. It must be
   *     quick and must not open a file. If it throws an exception, the method of the JDK does not
   *     do its work
   * @param kept returns whether a file that is about to be deleted must be kept
   * @param failures receives the reason of a failure, now or later
   */
  public static void addTo(
      PointTransformer transformer,
      ObjIntConsumer<Object> notes,
      Predicate<Object> kept,
      Consumer<String> failures) {
    transformer.add(FilePoint.ALL, Map.of(FilePoint.NOTES, notes, FilePoint.KEPT, kept), failures);
    transformer.add(List.of(new TakenNamePoint()), Map.of(), failures);
  }
}
