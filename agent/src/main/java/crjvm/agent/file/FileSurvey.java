package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import crjvm.agent.os.process.OpenFile;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import crjvm.image.UnpackedLibrary;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A survey of the files that the process has used, which finds out their kinds. The rules look at
 * how a file was used. They look at its name only if nothing else decides.
 */
final class FileSurvey {
  private static final int FIRST_OWN = 3;

  /** The largest number of files that are examined in a folder of native code. */
  private static final int MOST_NATIVE = 10_000;

  private static final List<Path> SYSTEM =
      List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  /** The folder of the system in which processes keep files. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** The kinds of file systems that don't date changes through mappings. */
  private static final Set<String> UNDATED = Set.of("tmpfs", "ramfs");

  /** The files that every process reads, and that a restore reads again. */
  private static final Set<Path> SYSTEM_FILES =
      Set.of(
          Path.of("/etc/hosts"),
          Path.of("/etc/hostname"),
          Path.of("/etc/resolv.conf"),
          Path.of("/etc/nsswitch.conf"),
          Path.of("/etc/passwd"),
          Path.of("/etc/group"),
          Path.of("/etc/localtime"),
          Path.of("/etc/timezone"));

  /** The permissions of writable mappings that are shared, and of code, as /proc shows them. */
  private static final Pattern SHARED = Pattern.compile(".w.s");

  private static final Pattern CODE = Pattern.compile("..xp");

  /** The beginning of the folder for HotSpot's counters. HotSpot ignores java.io.tmpdir. */
  private static final String PERF_DATA = "/tmp/hsperfdata_";

  /** The name of the flight recorder's folder in the temporary folder. */
  private static final Pattern REPOSITORY = Pattern.compile("\\d{4}(_\\d\\d){5}_\\d+");

  /** A rolled log has the name of the log with a number or a date, or is compressed, or both. */
  private static final Pattern ROLLED =
      Pattern.compile("([-._]\\d[\\d.,:T_+-]*)?(\\.(gz|zip|bz2|xz|zst|Z))?");

  /** The kinds of files that a process may delete when it ends, although copies use them. */
  private static final Set<Kind> KEPT_AT_THE_END =
      Set.of(Kind.TEMPORARY, Kind.TEMPORARY_FOLDER, Kind.UNPACKED, Kind.RUNTIME);

  private final Map<Path, Integer> uses;
  private final Predicate<Path> isProgram;
  private final Predicate<Path> mayChange;
  private final Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  private final Map<Path, UsedFile> files = new TreeMap<>();
  private final Set<Path> temporaryPaths = new HashSet<>();
  private final Map<Path, Kind> kinds = new TreeMap<>();
  private final Set<Path> folders = new HashSet<>();
  private final Set<Path> links = new HashSet<>(); // those that the process has made
  private Set<Path> code = Set.of(); // the files that are mapped as code

  /**
   * @param uses the uses of files by their absolute names
   * @param isProgram matches files that are compared anyway, or that are ignored
   * @param mayChange matches files that the user allows to change
   */
  FileSurvey(Map<Path, Integer> uses, Predicate<Path> isProgram, Predicate<Path> mayChange) {
    this.uses = uses;
    this.isProgram = isProgram;
    this.mayChange = mayChange;
  }

  /** Finds the kinds of all files that were used and exist. */
  void run() throws IOException {
    collect();
    addNativeFolders();
    files.values().forEach(this::classify);
    files.values().stream().filter(this::isLogArchive).forEach(file -> put(file, Kind.LOG));
    links.forEach(this::classifyLink);
    findFolders();
    for (UsedFile file : files.values()) {
      if (folders.contains(file.path().getParent()) && isUndecided(file)) {
        put(file, Kind.WRITTEN);
      }
    }
    findMadeFolders();
    folders.forEach(folder -> kinds.put(folder, Kind.FOLDER));
    findAbsent();
    streams().forEach(file -> kinds.put(file, Kind.LOG));
  }

  /**
   * Returns whether a file counts as state because it is beside state: a file that was read, or an
   * empty file that may be a log or a journal.
   */
  private boolean isUndecided(UsedFile file) {
    Kind kind = kinds.get(file.path());
    return kind == Kind.READ || kind == Kind.LOG && file.isEmpty();
  }

  /**
   * Finds files that the process has asked for, that did not exist, and that it has neither made
   * nor deleted since.
   */
  private void findAbsent() {
    uses.forEach(
        (path, use) -> {
          boolean isAsked = (use & (FileUse.READ | FileUse.MISS)) != 0;
          boolean isMade = (use & ~(FileUse.READ | FileUse.MISS | FileUse.DELETE)) != 0;
          if (isAsked
              && !isMade
              && !isOfSystem(path)
              && !isProgram.test(path)
              && !isTemporary(path)
              && !mayChange.test(path)
              && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            kinds.put(path, Kind.ABSENT);
          }
        });
  }

  /**
   * Returns the folders whose entries the process has read. It leaves out folders in which others
   * make entries.
   */
  Set<Path> listed() {
    Set<Path> listed = new HashSet<>();
    uses.forEach(
        (path, use) -> {
          if ((use & (FileUse.LIST | FileUse.READ)) != 0
              && Files.isDirectory(path)
              && !isPublic(path)
              && !mayChange.test(path.resolve("any"))) {
            listed.add(path);
          }
        });
    return listed;
  }

  /** Returns the temporary files and folders that exist. */
  Set<Path> temporaryFiles() {
    Set<Path> all = new HashSet<>();
    kinds.forEach(
        (path, kind) -> {
          if (KEPT_AT_THE_END.contains(kind) && !path.toString().startsWith(PERF_DATA)) {
            all.add(path);
          }
        });
    return all;
  }

  /**
   * Returns the temporary folders without files, in the order of the paths. It leaves out those
   * whose names count.
   *
   * @param found the states of the files
   */
  List<Path> emptyFolders(List<OutsideFile> found) {
    return found.stream()
        .filter(file -> file.kind() == Kind.TEMPORARY_FOLDER && file.size() == 0)
        .map(OutsideFile::path)
        .filter(path -> !folders.contains(path.getParent()))
        .toList();
  }

  /** Returns the kinds by path, in the order of the paths. */
  Map<Path, Kind> kinds() {
    return kinds;
  }

  /**
   * Returns the paths that a process needs for itself while it works on the application's state:
   * the folders, and durable files in other folders.
   */
  List<Path> locked() {
    List<Path> locked = new ArrayList<>(folders);
    for (UsedFile file : files.values()) {
      boolean isState = kinds.get(file.path()) == Kind.WRITTEN && file.isDurable();
      if (isState && !folders.contains(file.path().getParent())) {
        locked.add(file.path());
      }
    }
    return locked;
  }

  /**
   * Returns lock files of state that are valid only while they are written to regularly. Many of
   * them are also marked for deletion at the end.
   */
  List<Path> refreshed() throws IOException {
    List<Path> refreshed = new ArrayList<>();
    for (UsedFile file : files.values()) {
      Kind kind = kinds.get(file.path());
      boolean isLock = kind == Kind.LOCK || kind == Kind.TEMPORARY && file.isLockFile();
      if (isLock && file.isRefreshed() && guardsAlone(file)) {
        refreshed.add(file.path());
      }
    }
    return refreshed;
  }

  /** Returns files whose existence keeps other processes from running. */
  List<Path> markers() {
    return files.values().stream()
        .filter(file -> kinds.get(file.path()) == Kind.TEMPORARY && file.isMarker())
        .map(UsedFile::path)
        .toList();
  }

  /** Returns written files that are mapped, and whose file system does not date the changes. */
  List<Path> undated() throws IOException {
    List<Path> undated = new ArrayList<>();
    for (UsedFile file : files.values()) {
      if (file.isShared()
          && kinds.get(file.path()) == Kind.WRITTEN
          && UNDATED.contains(Files.getFileStore(file.path()).type())) {
        undated.add(file.path());
      }
    }
    return undated;
  }

  /** Returns whether there is state beside the lock file but no file that the kernel has locked. */
  private boolean guardsAlone(UsedFile lock) {
    List<UsedFile> beside =
        files.values().stream()
            .filter(file -> file.path().getParent().equals(lock.path().getParent()))
            .toList();
    return beside.stream().anyMatch(file -> kinds.get(file.path()) == Kind.WRITTEN)
        && beside.stream().noneMatch(UsedFile::isLocked);
  }

  // --- the files ------------------------------------------------------------------------------

  private void collect() throws IOException {
    Map<Path, List<OpenFile>> open = openFiles();
    Set<Path> shared = mapped(SHARED);
    code = mapped(CODE);
    Map<Path, Integer> all = new HashMap<>();
    uses.forEach(
        (path, use) -> {
          if ((use & FileUse.TEMPORARY) != 0) {
            temporaryPaths.add(path);
          }
          int ofTarget = use;
          if ((use & FileUse.LINK) != 0 && Files.isSymbolicLink(path)) {
            links.add(path);
            all.merge(path, use, (one, other) -> one | other);
            ofTarget &= ~(FileUse.LINK | FileUse.REPLACE | FileUse.CREATE | FileUse.DELETE);
          }
          if (ofTarget != 0) {
            Path used = isOnlyRead(ofTarget) ? path : real(path);
            all.merge(used, ofTarget, (one, other) -> one | other);
          }
        });
    open.forEach(
        (path, descriptors) -> {
          if (descriptors.stream().anyMatch(UsedFile::isWriting)) {
            all.putIfAbsent(path, 0);
          }
        });
    shared.forEach(path -> all.putIfAbsent(path, 0));
    all.forEach(
        (path, use) -> {
          if (isOfInterest(path)) {
            files.put(
                path,
                new UsedFile(path, use, open.getOrDefault(path, List.of()), shared.contains(path)));
          }
        });
  }

  private static boolean isOnlyRead(int use) {
    return (use & ~(FileUse.READ | FileUse.LIST | FileUse.MISS)) == 0;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path; // The file does not exist any more.
    }
  }

  private static boolean isOfSystem(Path path) {
    return SYSTEM.stream().anyMatch(path::startsWith) && !path.startsWith(SHARED_MEMORY);
  }

  private boolean isOfInterest(Path path) {
    return !isOfSystem(path)
        && !SYSTEM_FILES.contains(path)
        && !isProgram.test(path)
        && Files.isRegularFile(path);
  }

  /** Returns the open files that have names, without those of the standard streams. */
  private static Map<Path, List<OpenFile>> openFiles() {
    Map<Path, List<OpenFile>> open = new HashMap<>();
    List<OpenFile> all = OpenFile.all();
    Set<String> streams = new HashSet<>();
    for (OpenFile file : all) {
      if (file.number() < FIRST_OWN) {
        streams.add(file.identity());
      } else if (file.hasPath() && file.links() > 0 && !streams.contains(file.identity())) {
        open.computeIfAbsent(Path.of(file.target()), path -> new ArrayList<>()).add(file);
      }
    }
    return open;
  }

  /** Returns the files that the standard streams lead to. Each start has its own. */
  private static List<Path> streams() {
    return OpenFile.all().stream()
        .filter(file -> file.number() < FIRST_OWN && file.isFile())
        .map(file -> Path.of(file.target()))
        .toList();
  }

  /** Returns the files that have mappings with these permissions. */
  private static Set<Path> mapped(Pattern permissions) throws IOException {
    Set<Path> mapped = new HashSet<>();
    for (String line : ProcessFiles.maps()) {
      String[] fields = line.split("\\s+", 6);
      if (fields.length == 6
          && permissions.matcher(fields[1]).matches()
          && fields[5].startsWith("/")) {
        mapped.add(Path.of(fields[5]));
      }
    }
    return mapped;
  }

  /**
   * Adds the other files in folders in which native code has files open. Native code may have used
   * them and closed them again.
   */
  private void addNativeFolders() throws IOException {
    Set<Path> folders = new HashSet<>();
    for (UsedFile file : files.values()) {
      Path folder = file.path().getParent();
      if (file.isNative() && !file.isLog() && !isTemporary(file.path()) && !isPublic(folder)) {
        folders.add(folder);
      }
    }
    for (Path folder : folders) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        int count = 0;
        for (Path entry : entries) {
          if (count++ < MOST_NATIVE && isOfInterest(entry)) {
            files.merge(
                entry,
                new UsedFile(entry, FileUse.SYNC | FileUse.WRITE, List.of(), false),
                (known, more) ->
                    known.isNative()
                        ? new UsedFile(
                            entry, known.use() | FileUse.SYNC, known.open(), known.isShared())
                        : known);
          }
        }
      }
    }
  }

  // --- their kinds ------------------------------------------------------------------------------

  private void classify(UsedFile file) {
    put(file, kind(file));
  }

  /** A link to a log, for example, may change as the log may. */
  private void classifyLink(Path link) {
    Kind ofTarget = kinds.get(real(link));
    if (ofTarget != null && ofTarget != Kind.READ) {
      kinds.replace(link, ofTarget);
    }
  }

  private void put(UsedFile file, Kind kind) {
    kinds.put(file.path(), kind);
  }

  private Kind kind(UsedFile file) {
    if (mayChange.test(file.path())) {
      return Kind.KEPT;
    } else if (isOfRuntime(file.path())) {
      return Kind.RUNTIME;
    } else if (isUnpacked(file)) {
      return Kind.UNPACKED;
    }
    try {
      if (isTemporary(file.path())) {
        return file.isProcessIdFile() ? Kind.PROCESS_ID : Kind.TEMPORARY;
      } else if (!file.isWritten()) {
        return Kind.READ;
      } else if (file.isLog()) {
        return Kind.LOG;
      } else if (file.isRecording()) {
        return Kind.RECORDING;
      } else if (file.isProcessIdFile()) {
        return Kind.PROCESS_ID;
      }
      return file.isLockFile() ? Kind.LOCK : Kind.WRITTEN;
    } catch (IOException e) {
      return isTemporary(file.path()) ? Kind.TEMPORARY : Kind.WRITTEN;
    }
  }

  private boolean isTemporary(Path path) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (temporaryPaths.contains(each)) {
        return true;
      }
    }
    return isOfRuntime(path);
  }

  /**
   * Returns whether the path is one of HotSpot's counters or of the flight recorder's repository.
   */
  private boolean isOfRuntime(Path path) {
    return path.getParent().toString().startsWith(PERF_DATA)
        || path.startsWith(temporary)
            && !path.equals(temporary)
            && REPOSITORY.matcher(temporary.relativize(path).getName(0).toString()).matches();
  }

  /**
   * Returns whether the process has written a library and loaded it. An image contains it, so it
   * makes no difference whether the file is there. Many libraries unpack theirs into a folder that
   * they make without createTempDirectory, and look at the folder's names afterwards.
   */
  private boolean isUnpacked(UsedFile file) {
    return file.isWritten()
        && !file.isDurable()
        && code.contains(file.path())
        && UnpackedLibrary.is(file.path());
  }

  /**
   * Returns whether the file is a rolled log: it was written once, and has the name of a log in its
   * folder or above it, with a number, a date or the suffix of a compressed file.
   */
  private boolean isLogArchive(UsedFile file) {
    if (kinds.get(file.path()) != Kind.WRITTEN
        || file.has(FileUse.READ | FileUse.SYNC)
        || file.isOpenForWriting()) {
      return false;
    }
    return kinds.entrySet().stream()
        .filter(each -> each.getValue() == Kind.LOG && !each.getKey().equals(file.path()))
        .anyMatch(each -> isRolled(file.path(), each.getKey()));
  }

  private static boolean isRolled(Path file, Path log) {
    String name = file.getFileName().toString();
    String stem = stem(log);
    String suffix = log.getFileName().toString().substring(stem.length());
    if (!file.startsWith(log.getParent()) || !name.startsWith(stem)) {
      return false;
    }
    String rest = name.substring(stem.length()).replaceFirst(Pattern.quote(suffix), "");
    return !rest.isEmpty() && ROLLED.matcher(rest).matches();
  }

  private static String stem(Path log) {
    String name = log.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  // --- folders -----------------------------------------------------------------------------

  /**
   * Finds the folders in which a new or missing name may matter, beyond the files that are known.
   */
  private void findFolders() {
    Set<Path> changed = new HashSet<>();
    Set<Path> watched = new HashSet<>();
    uses.forEach(
        (path, use) -> {
          if ((use & (FileUse.CREATE | FileUse.DELETE | FileUse.REPLACE)) != 0) {
            changed.add(real(path.getParent()));
          }
          // The JDK opens a folder to list it, like a file.
          if ((use & (FileUse.LIST | FileUse.READ)) != 0 && Files.isDirectory(path)) {
            watched.add(real(path));
          }
        });
    Set<Path> state = new HashSet<>();
    for (UsedFile file : files.values()) {
      Kind kind = kinds.get(file.path());
      Path folder = file.path().getParent();
      if (kind == Kind.WRITTEN) {
        state.add(folder);
        if (file.isNative()) {
          changed.add(folder);
        }
      }
      if ((kind == Kind.WRITTEN || kind == Kind.LOCK) && file.isDurable()) {
        watched.add(folder);
      }
    }
    for (Path folder : state) {
      if (changed.contains(folder)
          && watched.contains(folder)
          && !isPublic(folder)
          && !mayChange.test(folder.resolve("any"))) {
        folders.add(folder);
      }
    }
  }

  /**
   * Finds the folders that the process has made, or wanted to be there. It may make files in them
   * later.
   */
  private void findMadeFolders() {
    uses.forEach(
        (path, use) -> {
          if ((use & FileUse.MAKE_FOLDER) != 0
              && path.getParent() != null
              && !isOfSystem(path)
              && !isProgram.test(path)
              && !isOfRuntime(path)
              && !mayChange.test(path)
              && !isPublic(path)
              && Files.isDirectory(path)) {
            kinds.put(path, isTemporary(path) ? Kind.TEMPORARY_FOLDER : Kind.MADE_FOLDER);
          }
        });
  }

  /** Returns whether other users may make files in the folder. */
  static boolean isPublic(Path folder) {
    try {
      return Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
          .contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
