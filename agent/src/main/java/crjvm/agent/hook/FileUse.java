package crjvm.agent.hook;

/** What a process does with a file, as bits: hooks report them by the file's name. */
public final class FileUse {
  /** Opened for reading; it may not be there. */
  public static final int READ = 1;

  /** Opened for writing otherwise than at its end. */
  public static final int WRITE = 1 << 1;

  /** Opened for writing at its end, wherever that is. */
  public static final int APPEND = 1 << 2;

  /** It may be new. */
  public static final int CREATE = 1 << 3;

  public static final int DELETE = 1 << 4;

  /** A folder, whose entries were asked for. */
  public static final int LIST = 1 << 5;

  /** What is written to it is to outlive the machine. */
  public static final int SYNC = 1 << 6;

  public static final int TRUNCATE = 1 << 7;

  /** Asked of the JDK as a temporary file or folder, or to be deleted at the end. */
  public static final int TEMPORARY = 1 << 8;

  /** Another file has got its name. */
  public static final int REPLACE = 1 << 9;

  /** An array of two names: of the first file to the second. */
  public static final int RENAME = 1 << 10;

  /** Asked for, and it was not there. */
  public static final int MISS = 1 << 11;

  /** Opened as by open(2): its flags are the bits below. */
  public static final int OPEN = 1 << 30;

  /** Opened as by FileOutputStream: at its end, if 1 is added. */
  public static final int OUTPUT = 1 << 29;

  /** Opened as by RandomAccessFile: its mode is the bits below. */
  public static final int RANDOM = 1 << 28;

  /** Looked for: it is there, if 1 is added. */
  public static final int ASK = 1 << 27;

  /** Whatever has to be made of others before it is a set of the bits above. */
  public static final int CODED = OPEN | OUTPUT | RANDOM | ASK;

  private FileUse() {}
}
