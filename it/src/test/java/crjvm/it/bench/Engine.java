package crjvm.it.bench;

/** The criu that the helper runs. */
public final class Engine {
  public static final String FOLDER = "/usr/local/lib/crjvm";

  public static final String PROGRAM = FOLDER + "/criu";
  public static final String LIBRARIES = FOLDER + "/lib";

  /** How a dump's command line begins. */
  public static final String DUMP = PROGRAM + " dump";

  private Engine() {}
}
