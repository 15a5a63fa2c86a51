/** Says hello. */
public final class Hello {
  private Hello() {}

  public static void main(String[] args) {
    System.out.println("Hello, " + (args.length == 0 ? "world" : args[0]));
  }
}
