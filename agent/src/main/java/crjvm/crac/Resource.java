package crjvm.crac;

/** An object that is notified of a checkpoint and of a restore. org.crac's proxies implement it. */
public interface Resource {
  void beforeCheckpoint(Context<? extends Resource> context) throws Exception;

  void afterRestore(Context<? extends Resource> context) throws Exception;
}
