package crjvm.it.bench;

/** The criu that the helper runs. */
public final class Engine {
  public static final String FOLDER = "/usr/local/lib/crjvm";

  public static final String PROGRAM = FOLDER + "/criu";
  public static final String LIBRARIES = FOLDER + "/lib";

  /** The beginning of a dump's command line. */
  public static final String DUMP = PROGRAM + " dump";

  private Engine() {}
}
