package crjvm.crac;

/** A list of resources that is a resource itself. */
public abstract class Context<R extends Resource> implements Resource {
  protected Context() {}

  @Override
  public abstract void beforeCheckpoint(Context<? extends Resource> context)
      throws CheckpointException;

  @Override
  public abstract void afterRestore(Context<? extends Resource> context) throws RestoreException;

  /** Registers a resource. It is held weakly and stays registered as long as its owner keeps it. */
  public abstract void register(R resource);
}
