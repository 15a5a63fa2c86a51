package crjvm.agent.tool.state;

import java.util.Collection;

/** A part of the application's state that is reset after a run. */
interface Cell {
  /**
   * Returns a value that is cheap to read. After a change of the cell, the value is another object
   * or an unequal number. A collection shows only a change of its size.
   */
  Object mark() throws ReflectiveOperationException;

  /** Remembers the present state as the one to return to. */
  void remember() throws ReflectiveOperationException;

  /** Returns the objects that the cell leads to in its present state. */
  Collection<?> elements() throws ReflectiveOperationException;

  /** Returns the name for messages. */
  String name();

  void bringBack() throws ReflectiveOperationException;

  static boolean isSame(Object one, Object other) {
    return one == other
        || ((one instanceof Number || one instanceof Boolean || one instanceof Character)
            && one.equals(other));
  }
}
