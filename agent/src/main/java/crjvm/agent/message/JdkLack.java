package crjvm.agent.message;

import java.util.HashSet;
import java.util.Set;

/**
 * The lack of a private piece of the JDK. The feature that needs the piece is lost, and one message
 * says so. If an image would be wrong without it, no image is made.
 */
public final class JdkLack extends ReflectiveOperationException {
  private static final long serialVersionUID = 1;

  /** The messages that were printed already, because there may be many checkpoints. */
  private static final Set<String> SAID = new HashSet<>();

  /**
   * @param piece the name of a class or of its member, such as {@code
   *     java.util.TimeZone.systemZone}
   */
  public JdkLack(String piece) {
    super(piece);
  }

  /**
   * Prints the consequence of the lack.
   *
   * @param cost a sentence
   */
  public static void lose(String cost, Throwable lack) {
    Console.trace(lack);
    lose(cost, piece(lack));
  }

  private static void lose(String cost, String piece) {
    synchronized (SAID) {
      if (!SAID.add(cost)) {
        return;
      }
    }
    Console.say("this JDK (" + Runtime.version().feature() + ") lacks " + piece + ": " + cost);
  }

  /**
   * Prints the consequence of a lack that takes a sentence to describe.
   *
   * @param why a sentence
   */
  public static void loseBecause(String cost, String why) {
    lose(cost, "what crjvm looks for (" + why + ")");
  }

  /**
   * Returns the name of the missing piece. Another exception means that the piece has changed, and
   * is described.
   */
  public static String piece(Throwable lack) {
    return lack instanceof JdkLack ? lack.getMessage() : "what crjvm looks for (" + lack + ")";
  }
}
