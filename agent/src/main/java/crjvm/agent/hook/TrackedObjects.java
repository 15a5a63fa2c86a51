package crjvm.agent.hook;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A set of objects, compared by identity and held weakly. {@link Tracker} adds the objects that the
 * hooks report.
 */
public final class TrackedObjects extends AbstractSet<Object> {
  /** There are several tables, so that threads seldom wait for each other. */
  private final WeakTable[] tables = new WeakTable[1 << WeakTable.SHIFT];

  public TrackedObjects() {
    for (int i = 0; i < tables.length; i++) {
      tables[i] = new WeakTable();
    }
  }

  @Override
  public boolean add(Object object) {
    return table(object).add(object);
  }

  @Override
  public boolean remove(Object object) {
    return table(object).remove(object);
  }

  @Override
  public boolean contains(Object object) {
    return table(object).contains(object);
  }

  private WeakTable table(Object object) {
    return tables[System.identityHashCode(object) & (tables.length - 1)];
  }

  /** Returns the objects that have not been collected. */
  public List<Object> living() {
    List<Object> objects = new ArrayList<>();
    for (WeakTable table : tables) {
      table.addLivingTo(objects);
    }
    return objects;
  }

  @Override
  public Iterator<Object> iterator() {
    return living().iterator();
  }

  @Override
  public int size() {
    return living().size();
  }
}
