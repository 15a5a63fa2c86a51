package crjvm.it;

/** The criu program that the helper runs. */
final class Engine {
  static final String FOLDER = "/usr/local/lib/crjvm";

  static final String PROGRAM = FOLDER + "/criu";
  static final String LIBRARIES = FOLDER + "/lib";

  /** The beginning of a dump's command line. */
  static final String DUMP = PROGRAM + " dump";

  private Engine() {}
}
