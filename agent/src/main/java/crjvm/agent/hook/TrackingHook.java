package crjvm.agent.hook;

import java.util.List;
import net.bytebuddy.asm.Advice;

/** What makes objects of one kind known whose secrets the JDK chose by itself. */
interface TrackingHook {
  /** Those that this JDK does not have are never loaded. */
  List<String> classNames();

  /**
   * What goes into each of the classes.
   *
   * @param advice knows {@link TrackedField.Tracked}
   */
  List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice);
}
