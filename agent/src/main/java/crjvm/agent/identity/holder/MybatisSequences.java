package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.library.Members;
import java.util.List;

/**
 * The time-sorted ids of MyBatis-Plus. Its {@code IdWorker} has a sequence, too. A sequence that
 * has computed its worker from an address and the process id keeps the address.
 */
public final class MybatisSequences implements Holder {
  private static final String CLASS = "com.baomidou.mybatisplus.core.toolkit.Sequence";

  @Override
  public List<String> objects() {
    return List.of(CLASS);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    boolean isPlain = owner.getClass().getName().equals(CLASS);
    if (isPlain && Members.get(owner, "inetAddress") != null) {
      Workers workers = new Workers();
      workers.add(owner, owner.getClass(), "workerId", "datacenterId");
      found.add(workers);
    } else {
      String worker = Members.get(owner, "workerId") + " of " + Members.get(owner, "datacenterId");
      found.share("the worker " + worker + " of a " + CLASS);
    }
  }
}
