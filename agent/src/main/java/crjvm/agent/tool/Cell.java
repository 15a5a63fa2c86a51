package crjvm.agent.tool;

/** A piece of the application's state that is brought back to what it was. */
interface Cell {
  /** What is cheap to read and another object, or an unequal number, when the cell has changed. */
  Object mark() throws ReflectiveOperationException;

  /** What is here now is what is brought back. */
  void remember() throws ReflectiveOperationException;

  /** For messages. */
  String name();

  void bringBack() throws ReflectiveOperationException;

  static boolean isSame(Object one, Object other) {
    return one == other
        || ((one instanceof Number || one instanceof Boolean || one instanceof Character)
            && one.equals(other));
  }
}
