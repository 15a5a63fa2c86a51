package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import java.lang.reflect.Field;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The numbers that Hibernate takes from a sequence of the database before it needs them. A copy
 * forgets them and asks the database, as after a start.
 */
public final class HibernateOptimizers implements Holder {
  private static final String PACKAGE = "org.hibernate.id.enhanced.";
  private static final List<String> STATES = List.of("noTenantState", "tenantSpecificState");
  private static final List<String> OF_THREADS = List.of("singleTenantState", "multiTenantStates");

  @Override
  public List<String> objects() {
    return List.of(
        PACKAGE + "HiLoOptimizer",
        PACKAGE + "LegacyHiLoAlgorithmOptimizer",
        PACKAGE + "PooledLoOptimizer",
        PACKAGE + "PooledLoThreadLocalOptimizer",
        PACKAGE + "PooledOptimizer");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    boolean isOfThreads = Members.hasField(owner, OF_THREADS.get(0));
    for (String name : isOfThreads ? OF_THREADS : STATES) {
      MutableField field = new MutableField(Members.field(owner.getClass(), name));
      FieldChange change =
          isOfThreads
              ? new FieldChange(owner, field, emptied((ThreadLocal<?>) field.get(owner)))
              : new FieldChange(owner, field, entropy -> null);
      found.add(new LockedChange(lock(owner), owner, change));
    }
  }

  /** Returns a new thread local with the same supplier and no values. */
  private static FieldChange.Value emptied(ThreadLocal<?> threadLocal)
      throws ReflectiveOperationException {
    Field field = Members.field(threadLocal.getClass(), "supplier");
    Supplier<?> supplier = (Supplier<?>) field.get(threadLocal);
    return entropy -> ThreadLocal.withInitial(supplier);
  }

  /**
   * Returns the object's lock. Earlier releases have none, because their methods are synchronized.
   */
  private static Lock lock(Object owner) throws ReflectiveOperationException {
    return Members.hasField(owner, "lock")
        ? (Lock) Members.get(owner, "lock")
        : new ReentrantLock();
  }
}
