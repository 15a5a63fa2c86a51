package crjvm.agent.hook.resource;

/**
 * The ways in which a process uses a file, as bits. Hooks report them together with the file's
 * name.
 */
public final class FileUse {
  /** The file was opened for reading; it may not exist. */
  public static final int READ = 1;

  /** The file was opened for writing, but not at its end. */
  public static final int WRITE = 1 << 1;

  /** The file was opened for writing at its end, wherever that is. */
  public static final int APPEND = 1 << 2;

  /** The file may be new. */
  public static final int CREATE = 1 << 3;

  public static final int DELETE = 1 << 4;

  /** The file is a folder whose entries were read. */
  public static final int LIST = 1 << 5;

  /** The data that is written to the file must survive a crash of the machine. */
  public static final int SYNC = 1 << 6;

  public static final int TRUNCATE = 1 << 7;

  /** The file was created as a temporary file or folder, or is to be deleted when the JVM ends. */
  public static final int TEMPORARY = 1 << 8;

  /** Another file has got the name of this one. */
  public static final int REPLACE = 1 << 9;

  /** The reported object is an array of two names: the first file got the second name. */
  public static final int RENAME = 1 << 10;

  /** The process asked for the file, and it did not exist. */
  public static final int MISS = 1 << 11;

  /** The file is a symbolic link that the process has made. */
  public static final int LINK = 1 << 12;

  /** The process wanted the folder to be made, which may have existed before. */
  public static final int MAKE_FOLDER = 1 << 13;

  /** The file was opened by open(2); the bits below are the flags. */
  public static final int OPEN = 1 << 30;

  /** The file was opened by FileOutputStream; an added 1 means writing at its end. */
  public static final int OUTPUT = 1 << 29;

  /** The file was opened by RandomAccessFile; the bits below are the mode. */
  public static final int RANDOM = 1 << 28;

  /** The process asked whether the file exists; an added 1 means that it does. */
  public static final int ASK = 1 << 27;

  /** The bits of reports that have to be translated into the bits above. */
  public static final int CODED = OPEN | OUTPUT | RANDOM | ASK;

  private FileUse() {}
}
