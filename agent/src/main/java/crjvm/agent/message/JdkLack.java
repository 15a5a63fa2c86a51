package crjvm.agent.message;

import java.util.HashSet;
import java.util.Set;

/**
 * A piece of the JDK's inside is not there. It costs the feature that needs it, and one line says
 * so; only where an image would be wrong without it there is none.
 */
public final class JdkLack extends ReflectiveOperationException {
  private static final long serialVersionUID = 1;

  /** Holds the lines that were said already: there may be many checkpoints. */
  private static final Set<String> SAID = new HashSet<>();

  /**
   * @param piece a class's name, or that of its member: {@code java.util.TimeZone.systemZone}
   */
  public JdkLack(String piece) {
    super(piece);
  }

  /**
   * Says what the lack costs.
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
   * The same, where there is more to say than a name.
   *
   * @param why a sentence
   */
  public static void loseBecause(String cost, String why) {
    lose(cost, "what crjvm looks for (" + why + ")");
  }

  /** Its name; of other exceptions than ours: the piece is there, and is not what it was. */
  public static String piece(Throwable lack) {
    return lack instanceof JdkLack ? lack.getMessage() : "what crjvm looks for (" + lack + ")";
  }
}
