package crjvm.agent.file;

import crjvm.agent.hook.FileHooks;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.ProcessFiles;
import crjvm.image.OutsideFile;
import crjvm.image.StaleFiles;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files that live on outside of an image: which of them the process has read and written until
 * its checkpoint, and how they are at that moment. A restored process would go on from memory that
 * is older than they are, so it only starts while they are as they were.
 */
public final class OutsideFiles {
  private static final Path CONFIGURATION = configuration();

  private final FileNotes notes = new FileNotes();
  private final KeptFiles kept = new KeptFiles();
  private final FileLocks locks = new FileLocks();
  private FileGuard next = new FileGuard(List.of(), Set.of());
  private FileGuard present; // null: this process is no restored one
  private final List<Path> leftOut = new ArrayList<>();

  private OutsideFiles() {}

  /** From the start of the JVM on. Needs the JDK's packages to be open. */
  public static OutsideFiles track(Instrumentation instrumentation) {
    OutsideFiles files = new OutsideFiles();
    FileHooks.install(
        instrumentation,
        files.notes,
        files.kept,
        why ->
            JdkLack.loseBecause(
                "of the files that the application uses, an image knows only those that are open",
                why));
    return files;
  }

  /** Without anything that would have to be known from the start on. */
  public static OutsideFiles untracked() {
    return new OutsideFiles();
  }

  /** Of crjvm's own: a file, or a folder with all in it. */
  public void leaveOut(Path path) {
    leftOut.add(path.normalize());
  }

  /**
   * What is done with files meanwhile does not count.
   *
   * @param isPaused whether that begins, or ends
   */
  public void setPaused(boolean isPaused) {
    notes.setPaused(isPaused);
  }

  /**
   * Finds what the process has used, takes the locks, and looks how all of it is. With the
   * application's threads stopped nothing changes afterwards but what native code does, for which
   * an image is too old at once.
   *
   * @param program files and folders that are compared in any case, or belong to crjvm
   * @param mayChange as the user says
   * @throws Failure another process is at work on the same files, or could be while a restored one
   *     is
   */
  public List<OutsideFile> find(List<Path> program, Predicate<Path> mayChange)
      throws Failure, IOException {
    List<Path> all = new ArrayList<>(program);
    all.addAll(leftOut);
    notes.setOwn(Thread.currentThread());
    try {
      flushMappings();
      FileSurvey survey = new FileSurvey(notes.all(), path -> isProgram(path, all), mayChange);
      survey.run();
      checkLocks(survey.refreshed());
      locks.take(survey.locked());
      List<OutsideFile> found = new FileStates(survey.kinds()).all();
      next = new FileGuard(found, survey.listed());
      kept.propose(survey.temporaryFiles());
      return found;
    } finally {
      notes.setOwn(null);
    }
  }

  private static void checkLocks(List<Path> refreshed) throws Failure {
    if (!refreshed.isEmpty()) {
      throw new Failure(
          "checkpoint failed",
          "the lock file \""
              + refreshed.get(0)
              + "\" holds only as long as the application writes to it, and another process could "
              + "take its files before a restored one does",
          "start it normally, or have a policy with \"when: changed\" name the lock file if nobody "
              + "else uses these files");
    }
  }

  /**
   * Certificates are in the JDK's folder, and change without it. Configuration of the JDK's may be
   * elsewhere, behind links.
   */
  private static boolean isProgram(Path path, List<Path> program) {
    Path home = Path.of(System.getProperty("java.home"));
    return path.startsWith(CONFIGURATION)
        || !path.equals(home.resolve("lib/security/cacerts"))
            && program.stream().anyMatch(path::startsWith);
  }

  private static Path configuration() {
    Path file = Path.of(System.getProperty("java.home"), "conf", "net.properties");
    try {
      return file.toRealPath().getParent();
    } catch (IOException e) {
      return file.getParent();
    }
  }

  /**
   * In a restored process, from its first moment on: what it knows of files is of the checkpoint,
   * and what others have changed since is not overwritten.
   */
  public void setProtected(boolean isRestored) {
    notes.setGuard(isRestored ? next : present);
  }

  /** The image of the last find is there. */
  public void confirm() {
    kept.confirm();
  }

  /** There is no such image after all. */
  public void giveUp() {
    kept.giveUp();
  }

  /** Where the image of this process is, as soon as that is known. */
  public void setImage(Path image) {
    kept.confirm();
    present = next;
    present.setImage(image);
  }

  /**
   * Whether there were more files than can be remembered.
   *
   * @throws Failure there were, and no start may go by one that has changed
   */
  public void checkNumber(StaleFiles stale) throws Failure {
    if (!notes.isFull()) {
      return;
    } else if (stale == StaleFiles.REFUSE) {
      throw new Failure(
          "checkpoint failed",
          "the application has used more than " + FileNotes.MOST + " files",
          "use stale=warn, which compares those that came first");
    }
    Console.say(
        "the application has used more than "
            + FileNotes.MOST
            + " files; restored processes do not notice when those that came later have changed");
  }

  /** A page that was stored into before changes its file's time only when it is written back. */
  private static void flushMappings() throws IOException {
    for (String line : ProcessFiles.maps()) {
      String[] fields = line.split("\\s+", 6);
      if (fields.length == 6
          && fields[1].matches(".w.s")
          && fields[5].startsWith("/")
          && !fields[5].endsWith(" (deleted)")) {
        int dash = fields[0].indexOf('-');
        long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
        long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
        try {
          Kernel.flush(start, end - start);
        } catch (IOException e) {
          Console.trace(e); // it was unmapped since, or is no file
        }
      }
    }
  }
}
