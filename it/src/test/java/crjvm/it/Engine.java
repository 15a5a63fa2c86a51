package crjvm.it;

/** The criu that the helper runs. */
final class Engine {
  static final String FOLDER = "/usr/local/lib/crjvm";

  static final String PROGRAM = FOLDER + "/criu";
  static final String LIBRARIES = FOLDER + "/lib";

  /** How a dump's command line begins. */
  static final String DUMP = PROGRAM + " dump";

  private Engine() {}
}
