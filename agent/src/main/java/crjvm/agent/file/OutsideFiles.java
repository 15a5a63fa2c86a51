package crjvm.agent.file;

import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.resource.FileHooks;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.image.OutsideFile;
import crjvm.image.StaleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files outside of an image: those that the process has read and written until its checkpoint,
 * and their states at that moment. The memory of a restored process would be older than files that
 * have changed, so it starts only while they are unchanged.
 */
public final class OutsideFiles {
  private static final Path CONFIGURATION = configuration();

  private final FileNotes notes = new FileNotes();
  private final KeptFiles kept = new KeptFiles();
  private final FileLocks locks = new FileLocks();
  private FileGuard next = new FileGuard(List.of(), Set.of(), List.of());
  private List<Path> emptyFolders = List.of();
  private FileGuard present; // null: this process was not restored
  private final List<Path> leftOut = new ArrayList<>();

  private OutsideFiles() {}

  /** Tracks files from the installation of the hooks on. The JDK's packages have to be open. */
  public static OutsideFiles track(PointTransformer hooks) {
    OutsideFiles files = new OutsideFiles();
    FileHooks.addTo(
        hooks,
        files.notes,
        files.kept,
        why ->
            JdkLack.loseBecause(
                "of the files that the application uses, an image knows only those that are open",
                why));
    return files;
  }

  /**
   * Returns an object without the information that has to be collected from the start of the JVM.
   */
  public static OutsideFiles untracked() {
    return new OutsideFiles();
  }

  /** Ignores a file of crjvm, or a folder and all files in it. */
  public void leaveOut(Path path) {
    leftOut.add(path.normalize());
  }

  /**
   * Begins or ends a training. The files of its runs do not count, except for those that static
   * initialisers read.
   */
  public void setTraining(boolean isTraining) {
    notes.setTraining(isTraining);
  }

  /**
   * Finds the files that the process has used, takes the locks, and reads the files' states. While
   * the application's threads are stopped, only native code can change files afterwards. If it
   * does, the image is out of date from its beginning.
   *
   * @param program files and folders that are compared anyway, or belong to crjvm
   * @param mayChange matches files that the user allows to change
   * @throws Failure another process uses the same files, or could use them while a restored one
   *     does
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
      checkMarkers(survey.markers());
      locks.take(survey.locked());
      List<OutsideFile> found = new FileStates(survey.kinds()).all();
      next = new FileGuard(found, survey.listed(), survey.undated());
      kept.propose(survey.temporaryFiles());
      emptyFolders = survey.emptyFolders(found);
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

  private static void checkMarkers(List<Path> markers) throws Failure {
    if (!markers.isEmpty()) {
      throw new Failure(
          "checkpoint failed",
          "the empty file \""
              + markers.get(0)
              + "\" is deleted when the application ends, and seems to keep a second one from "
              + "running; restored processes would run without it",
          "start it normally, or have a policy with \"when: changed\" name the file if it has "
              + "another purpose");
    }
  }

  /**
   * Returns whether the file belongs to the program. The certificates in the JDK's folder do not,
   * because they change independently. The JDK's configuration does, although it may be elsewhere,
   * behind links.
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
   * Protects files in a restored process from its first moment on. Its knowledge of files is as old
   * as the checkpoint, and changes by others since then must not be overwritten.
   */
  public void setProtected(boolean isRestored) {
    notes.setGuard(isRestored ? next : present);
  }

  /**
   * Confirms that the image of the last search was made.
   *
   * @param goesOn whether this process goes on to use the files
   */
  public void confirm(boolean goesOn) {
    kept.confirm();
    if (goesOn) {
      next.date();
    } else {
      deleteEmptyFolders();
    }
  }

  /**
   * Deletes temporary folders without files, so that none is left that belongs to this user. A
   * restored process, which may be another user's, gets new ones.
   */
  private void deleteEmptyFolders() {
    for (int i = emptyFolders.size() - 1; i >= 0; i--) {
      try {
        Files.delete(emptyFolders.get(i));
      } catch (IOException e) {
        Console.trace(e); // There are files in it now.
      }
    }
  }

  /** Drops the results of the last search, because the image was not made. */
  public void giveUp() {
    kept.giveUp();
  }

  /** Sets the path of this process's image as soon as it is known. */
  public void setImage(Path image) {
    kept.confirm();
    present = next;
    present.setImage(image);
  }

  /**
   * Checks whether all files that were used have been recorded.
   *
   * @throws Failure they have not, and a start must not use an image if a file has changed
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

  /**
   * Writes shared mappings back. A stored page changes its file's time only when it is written
   * back.
   */
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
          Console.trace(e); // It was unmapped since, or is not a file.
        }
      }
    }
  }
}
