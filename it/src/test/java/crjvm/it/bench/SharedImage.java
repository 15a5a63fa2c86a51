package crjvm.it.bench;

import java.util.HashMap;
import java.util.Map;

/** An image for each JDK, which is made when the first test needs it, for all tests of a class. */
public final class SharedImage {
  /** Makes the image for one JDK. */
  public interface Recipe {
    Checkpoint make(Jdk jdk) throws Exception;
  }

  private final Recipe recipe;
  private final Map<Jdk, Checkpoint> made = new HashMap<>();
  private final Map<Jdk, Throwable> failed = new HashMap<>();

  public SharedImage(Recipe recipe) {
    this.recipe = recipe;
  }

  public Checkpoint of(Jdk jdk) {
    jdk.require();
    Throwable failure = failed.get(jdk);
    if (failure != null) {
      throw new AssertionError("there is no image: " + failure.getMessage(), failure);
    }
    Checkpoint checkpoint = made.get(jdk);
    if (checkpoint == null) {
      try {
        checkpoint = recipe.make(jdk);
      } catch (Exception | AssertionError e) {
        failed.put(jdk, e);
        throw new AssertionError("the image can't be made: " + e.getMessage(), e);
      }
      made.put(jdk, checkpoint);
    }
    return checkpoint;
  }
}
