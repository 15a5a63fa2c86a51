package crjvm.agent.file;

import crjvm.agent.hook.FileUse;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.ProcessFiles;
import crjvm.image.OutsideFile.Kind;
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
 * Looks which of the files that the process has used are what. The rules are about what was done
 * with a file; its name decides only where nothing else can.
 */
final class FileSurvey {
  private static final int FIRST_OWN = 3;

  /** Files in a folder of native code's that are looked at. */
  private static final int MOST_NATIVE = 10_000;

  private static final List<Path> SYSTEM =
      List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  /** What every process reads, and what a restore looks at again. */
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

  /** HotSpot takes this folder, whatever java.io.tmpdir says. */
  private static final String PERF_DATA = "/tmp/hsperfdata_";

  /** The flight recorder's own folder in the temporary one. */
  private static final Pattern REPOSITORY = Pattern.compile("\\d{4}(_\\d\\d){5}_\\d+");

  private final Map<Path, Integer> uses;
  private final Predicate<Path> isProgram;
  private final Predicate<Path> mayChange;
  private final Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  private final Map<Path, UsedFile> files = new TreeMap<>();
  private final Set<Path> temporaryPaths = new HashSet<>();
  private final Map<Path, Kind> kinds = new TreeMap<>();
  private final Set<Path> folders = new HashSet<>();

  /**
   * @param uses by absolute names
   * @param isProgram of what is compared in any case, or is nobody's business
   * @param mayChange as the user says
   */
  FileSurvey(Map<Path, Integer> uses, Predicate<Path> isProgram, Predicate<Path> mayChange) {
    this.uses = uses;
    this.isProgram = isProgram;
    this.mayChange = mayChange;
  }

  /** Finds the kinds of all that was used and is there. */
  void run() throws IOException {
    collect();
    addNativeFolders();
    files.values().forEach(this::classify);
    files.values().stream().filter(this::isLogArchive).forEach(file -> put(file, Kind.LOG));
    findFolders();
    for (UsedFile file : files.values()) {
      if (folders.contains(file.path().getParent()) && isUndecided(file)) {
        put(file, Kind.WRITTEN);
      }
    }
    folders.forEach(folder -> kinds.put(folder, Kind.FOLDER));
    findAbsent();
    streams().forEach(file -> kinds.put(file, Kind.LOG));
  }

  /** Beside state it is state: what was read, and what may be a log or a journal. */
  private boolean isUndecided(UsedFile file) {
    Kind kind = kinds.get(file.path());
    return kind == Kind.READ || kind == Kind.LOG && file.isEmpty();
  }

  /** What was asked for in vain, and neither made nor deleted since. */
  private void findAbsent() {
    uses.forEach(
        (path, use) -> {
          boolean isAsked = (use & (FileUse.READ | FileUse.MISS)) != 0;
          boolean isMade = (use & ~(FileUse.READ | FileUse.MISS | FileUse.DELETE)) != 0;
          if (isAsked
              && !isMade
              && SYSTEM.stream().noneMatch(path::startsWith)
              && !isProgram.test(path)
              && !isTemporary(path)
              && !mayChange.test(path)
              && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            kinds.put(path, Kind.ABSENT);
          }
        });
  }

  /** Folders whose entries the process has asked for, without what others make entries in. */
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

  /** Regular ones that are there. */
  Set<Path> temporaryFiles() {
    Set<Path> all = new HashSet<>();
    kinds.forEach(
        (path, kind) -> {
          if (kind == Kind.TEMPORARY && !path.toString().startsWith(PERF_DATA)) {
            all.add(path);
          }
        });
    return all;
  }

  /** By path, in their order. */
  Map<Path, Kind> kinds() {
    return kinds;
  }

  /**
   * What a process that is at work on the application's state has for itself: the folders, and what
   * is kept in folders of others.
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
   * Lock files of state that hold only as long as they are written to; many of them are also to be
   * deleted at the end.
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

  /** Whether there is state beside it, and nothing that is locked by the kernel. */
  private boolean guardsAlone(UsedFile lock) {
    List<UsedFile> beside =
        files.values().stream()
            .filter(file -> file.path().getParent().equals(lock.path().getParent()))
            .toList();
    return beside.stream().anyMatch(file -> kinds.get(file.path()) == Kind.WRITTEN)
        && beside.stream().noneMatch(UsedFile::isLocked);
  }

  // --- what there is -----------------------------------------------------------------------

  private void collect() throws IOException {
    Map<Path, List<OpenFile>> open = openFiles();
    Set<Path> shared = sharedMappings();
    Map<Path, Integer> all = new HashMap<>();
    uses.forEach(
        (path, use) -> {
          if ((use & FileUse.TEMPORARY) != 0) {
            temporaryPaths.add(path);
          }
          all.merge(isOnlyRead(use) ? path : real(path), use, (one, other) -> one | other);
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
      return path; // it is gone
    }
  }

  private boolean isOfInterest(Path path) {
    return SYSTEM.stream().noneMatch(path::startsWith)
        && !SYSTEM_FILES.contains(path)
        && !isProgram.test(path)
        && Files.isRegularFile(path);
  }

  /** Of files with a name, without the standard streams'. */
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

  /** Files that the standard streams go to: each start has its own. */
  private static List<Path> streams() {
    return OpenFile.all().stream()
        .filter(file -> file.number() < FIRST_OWN && file.isFile())
        .map(file -> Path.of(file.target()))
        .toList();
  }

  private static Set<Path> sharedMappings() throws IOException {
    Set<Path> shared = new HashSet<>();
    for (String line : ProcessFiles.maps()) {
      String[] fields = line.split("\\s+", 6);
      if (fields.length == 6 && fields[1].matches(".w.s") && fields[5].startsWith("/")) {
        shared.add(Path.of(fields[5]));
      }
    }
    return shared;
  }

  /** What native code has closed again is in the folders of what it has not. */
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

  // --- what it is --------------------------------------------------------------------------

  private void classify(UsedFile file) {
    put(file, kind(file));
  }

  private void put(UsedFile file, Kind kind) {
    kinds.put(file.path(), kind);
  }

  private Kind kind(UsedFile file) {
    if (mayChange.test(file.path())) {
      return Kind.KEPT;
    } else if (isTemporary(file.path())) {
      return Kind.TEMPORARY;
    } else if (!file.isWritten()) {
      return Kind.READ;
    } else if (file.isLog()) {
      return Kind.LOG;
    }
    try {
      if (file.isRecording()) {
        return Kind.RECORDING;
      } else if (file.isProcessIdFile()) {
        return Kind.PROCESS_ID;
      }
      return file.isLockFile() ? Kind.LOCK : Kind.WRITTEN;
    } catch (IOException e) {
      return Kind.WRITTEN;
    }
  }

  private boolean isTemporary(Path path) {
    for (Path each = path; each != null; each = each.getParent()) {
      if (temporaryPaths.contains(each)) {
        return true;
      }
    }
    return path.getParent().toString().startsWith(PERF_DATA)
        || path.startsWith(temporary)
            && !path.equals(temporary)
            && REPOSITORY.matcher(temporary.relativize(path).getName(0).toString()).matches();
  }

  /** A log that was rolled and compressed: written once, and named after the log beside it. */
  private boolean isLogArchive(UsedFile file) {
    if (kinds.get(file.path()) != Kind.WRITTEN
        || file.has(FileUse.READ | FileUse.SYNC)
        || file.isOpenForWriting()) {
      return false;
    }
    String name = file.path().getFileName().toString();
    return kinds.entrySet().stream()
        .filter(each -> each.getValue() == Kind.LOG && !each.getKey().equals(file.path()))
        .anyMatch(each -> name.startsWith(stem(each.getKey())));
  }

  private static String stem(Path log) {
    String name = log.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  // --- folders -----------------------------------------------------------------------------

  /** Those in which a new or missing name may say more than the files that are known. */
  private void findFolders() {
    Set<Path> changed = new HashSet<>();
    Set<Path> watched = new HashSet<>();
    uses.forEach(
        (path, use) -> {
          if ((use & (FileUse.CREATE | FileUse.DELETE | FileUse.REPLACE)) != 0) {
            changed.add(real(path.getParent()));
          }
          // The JDK opens a folder that it lists, like a file.
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

  /** Others make files in it, too. */
  static boolean isPublic(Path folder) {
    try {
      return Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
          .contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
