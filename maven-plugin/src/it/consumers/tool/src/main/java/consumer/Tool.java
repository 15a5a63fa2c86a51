package consumer;

import java.util.List;

/** Prints its arguments, and ends with the status that it was given. */
public final class Tool {
  private Tool() {}

  public static void main(String[] args) {
    System.out.println("the tool was told " + List.of(args));
    if (args.length == 1 && args[0].matches("[0-9]+")) {
      System.exit(Integer.parseInt(args[0]));
    }
  }
}
