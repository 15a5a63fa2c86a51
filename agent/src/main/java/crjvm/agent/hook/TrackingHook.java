package crjvm.agent.hook;

import java.util.List;
import net.bytebuddy.asm.Advice;

/** A hook that tracks objects of one kind. */
public interface TrackingHook {
  /**
   * Returns the names of the classes to change. A class that this JDK lacks is simply never loaded.
   */
  List<String> classNames();

  /**
   * Returns the advice for each of the classes.
   *
   * @param advice the builder of the advice, which knows {@link TrackedField.Tracked}
   */
  List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice);
}
