package crjvm.image.compile.memory;

import crjvm.image.CheckpointContext;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.dump.DeletedFile;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.Pages;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.MemfdInode;
import crjvm.image.dump.proto.RegularFile;
import crjvm.image.jvm.FreeHeap;
import crjvm.image.jvm.PageRanges;
import crjvm.image.plan.PlanFill;
import crjvm.image.plan.PlanObject;
import crjvm.image.plan.PlanObject.Kind;
import crjvm.image.plan.PlanSection;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides what backs a mapping or an open file at the restore, and gives each such object its index
 * in the plan.
 */
public final class ObjectTable {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  public static final int ACCESS_MODE = 3;
  public static final int REGULAR = 0100000; // S_IFREG
  private static final int FILE_TYPE = 0170000; // S_IFMT
  private static final int SEALS = 0x3f; // F_SEAL_…
  private static final int PROT_EXEC = 4;
  private static final int UNSEALABLE = 1; // F_SEAL_SEAL

  /** The name that the restorer gives the JVM's counters when it could not create their file. */
  private static final String PERF_DATA_MEMORY = "crjvm-perfdata";

  private final Dump dump;
  private final CheckpointContext context;
  private final PlanWriter plan;
  private final MemoryFile memory;
  private final FreeHeap freeHeap;
  private final RegionTotals totals;
  private final Path image;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final Map<Integer, DeletedFile> deleted;
  private final Set<Integer> writtenDeleted = new HashSet<>();
  private final Map<String, RegularFile> readFiles = new TreeMap<>();
  private final UnpackedLibraries unpacked;
  private final SafePlaces safe = new SafePlaces();

  /** The paths of files with code that was mapped. */
  private final Set<String> code = new HashSet<>();

  private int imageFiles;

  /**
   * Prepares the table.
   *
   * @param freeHeap the part that is left out of a heap that lies in a file
   * @param totals counts what happens to each kind of memory
   */
  public ObjectTable(
      Dump dump,
      CheckpointContext context,
      PlanWriter plan,
      MemoryFile memory,
      FreeHeap freeHeap,
      RegionTotals totals,
      Path image)
      throws IOException, ImageException {
    this.dump = dump;
    this.context = context;
    this.plan = plan;
    this.memory = memory;
    this.freeHeap = freeHeap;
    this.totals = totals;
    this.image = image;
    unpacked = new UnpackedLibraries(context);
    deleted = DeletedFile.byFileId(dump);
    findWrittenDeleted();
    findCode();
  }

  private void findCode() throws ImageException {
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isFile() && (mapping.prot() & PROT_EXEC) != 0) {
        FileEntry file = dump.file((int) mapping.fileId());
        if (file.hasReg()) {
          code.add(absolute(file.getReg().getName()));
        }
      }
    }
  }

  private void findWrittenDeleted() throws ImageException {
    for (FdInfo descriptor : dump.descriptors()) {
      FileEntry file = dump.file(descriptor.getId());
      if (file.hasReg() && (file.getReg().getFlags() & ACCESS_MODE) != O_RDONLY) {
        noteWritten(descriptor.getId());
      }
    }
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isFile() && mapping.isShared()) {
        noteWritten((int) mapping.fileId());
      }
    }
  }

  private void noteWritten(int fileId) {
    DeletedFile file = deleted.get(fileId);
    if (file != null) {
      writtenDeleted.add(file.id());
    }
  }

  /** Returns the object of the memory file, which backs mapped areas. */
  int memoryFile() {
    return indexes.computeIfAbsent(
        "image memory", key -> plan.add(new PlanObject(Kind.IMAGE, "memory", O_RDONLY, 0, 0)));
  }

  /**
   * Returns the paths of the regular files that the process had mapped or open for reading. They
   * must not change.
   */
  public Set<String> readFiles() {
    return readFiles.keySet();
  }

  /** Returns the object behind a file mapping. */
  int ofMapping(Mapping mapping) throws IOException, ImageException {
    int fileId = (int) mapping.fileId();
    FileEntry file = dump.file(fileId);
    if (file.hasMemfd()) {
      return ofMemfd(file.getMemfd().getInodeId());
    }
    if (!mapping.isShared() && deleted.get(fileId) == null) {
      String path = absolute(file.getReg().getName());
      if (unpacked.holds(Path.of(path))) {
        return ofOwnFile(path);
      }
      if (code.contains(path) && !safe.hold(Path.of(path))) {
        readFiles.putIfAbsent(path, file.getReg()); // a restore compares it, too: it is the program
        return ofOwnFile(path);
      }
    }
    boolean writes = mapping.isShared() && (mapping.prot() & 2) != 0;
    return ofRegular(fileId, file.getReg(), writes ? O_RDWR : O_RDONLY);
  }

  /** Returns the object behind an open file. */
  public int ofRegular(int fileId, RegularFile file, int access)
      throws IOException, ImageException {
    String path = absolute(file.getName());
    DeletedFile gone = deleted.get(fileId);
    if (isPerfData(path)) {
      return ofPerfData(path, gone);
    }
    if (gone != null) {
      return ofDeleted(gone, path);
    }
    if (context.runtime().ownFiles().contains(Path.of(path))
        || dump.earlierImage().holds(Path.of(path))) {
      return ofOwnFile(path);
    }
    int type = (file.hasMode() ? file.getMode() : mode(path)) & FILE_TYPE;
    if (type == REGULAR
        && access == O_RDONLY
        && !path.startsWith("/proc/")
        && !path.startsWith("/sys/")) {
      readFiles.putIfAbsent(path, file);
    }
    String own = "/proc/" + dump.pid() + "/";
    String name = path.startsWith(own) ? "/proc/self/" + path.substring(own.length()) : path;
    return add("path " + access + " " + name, new PlanObject(Kind.PATH, name, access, type, 0));
  }

  private int mode(String path) throws IOException, ImageException {
    if (!Files.exists(Path.of(path))) {
      throw new ImageException("the file \"" + path + "\" was open at the checkpoint and is gone");
    }
    return (Integer) Files.getAttribute(Path.of(path), "unix:mode");
  }

  private boolean isPerfData(String path) {
    return context.process().perfData().isPresent()
        && context.process().perfData().get().toString().equals(path);
  }

  private int ofPerfData(String path, DeletedFile gone) throws IOException, ImageException {
    Integer known = indexes.get("perfdata");
    if (known != null) {
      return known;
    }
    if (gone == null) {
      throw new ImageException("the file \"" + path + "\" was not unlinked before the dump");
    }
    int index = add("perfdata", new PlanObject(Kind.PERFDATA, null, O_RDWR, 0, gone.size()));
    fill(index, gone);
    return index;
  }

  private int ofDeleted(DeletedFile gone, String path) throws IOException, ImageException {
    String key = "deleted " + gone.id();
    Integer known = indexes.get(key);
    if (known != null) {
      return known;
    }
    if (writtenDeleted.contains(gone.id())) {
      int index =
          add(key, new PlanObject(Kind.MEMFD, fileName(path), O_RDWR, UNSEALABLE, gone.size()));
      fill(index, gone);
      return index;
    }
    String name = nextImageFile();
    gone.copyTo(image.resolve(name));
    return add(key, new PlanObject(Kind.IMAGE, name, O_RDONLY, 0, gone.size()));
  }

  private int ofOwnFile(String path) throws IOException {
    Integer known = indexes.get("own " + path);
    if (known != null) {
      return known;
    }
    String name = nextImageFile();
    Path copy = Files.copy(Path.of(path), image.resolve(name));
    return add("own " + path, new PlanObject(Kind.IMAGE, name, O_RDONLY, 0, Files.size(copy)));
  }

  /** Returns the name of the next file in the image's folder, beside its memory. */
  public String nextImageFile() {
    return "file-" + ++imageFiles;
  }

  private void fill(int object, DeletedFile gone) throws IOException, ImageException {
    gone.eachPart(
        (offset, length, content) ->
            plan.add(new PlanFill(object, offset, length, memory.store(content))));
  }

  /**
   * Returns the object of a memfd.
   *
   * @param inodeId CRIU's number of its inode
   */
  public int ofMemfd(int inodeId) throws IOException, ImageException {
    Integer known = indexes.get("memfd " + inodeId);
    if (known != null) {
      return known;
    }
    for (MemfdInode inode : dump.memfds()) {
      if (inode.getInodeId() == inodeId) {
        if (inode.getHugetlbFlag() != 0) {
          throw new ImageException(
              "the JVM holds memory of huge pages (memfd \""
                  + inode.getName()
                  + "\"); run it without them");
        }
        boolean isPerfData = inode.getName().equals(PERF_DATA_MEMORY);
        PlanObject object =
            isPerfData
                ? new PlanObject(Kind.PERFDATA, null, O_RDWR, 0, inode.getSize())
                : new PlanObject(
                    Kind.MEMFD, inode.getName(), O_RDWR, inode.getSeals() & SEALS, inode.getSize());
        int index = add("memfd " + inodeId, object);
        boolean isHeap = FreeHeap.isHeap(inode.getName());
        fillShared(
            index,
            Integer.toUnsignedLong(inode.getShmid()),
            inode.getSize(),
            isHeap ? freeHeap.file() : new PageRanges(),
            isHeap ? RegionKind.HEAP.title() : "shared");
        return index;
      }
    }
    throw new ImageException("CRIU's files do not describe memfd " + inodeId);
  }

  /** Returns the object of shared anonymous memory, which may be mapped in several places. */
  int ofSharedAnonymous(long shmid, long size) throws IOException, ImageException {
    Integer known = indexes.get("shared " + shmid);
    if (known != null) {
      return known;
    }
    int index = add("shared " + shmid, new PlanObject(Kind.ANON, null, O_RDWR, 0, size));
    fillShared(index, shmid, size, new PageRanges(), "shared");
    return index;
  }

  private void fillShared(int object, long shmid, long size, PageRanges free, String title)
      throws IOException, ImageException {
    try (Pages pages = Pages.ofShared(dump.folder(), shmid)) {
      for (Pages.Run run : pages.within(0, Long.MAX_VALUE)) {
        long used = 0;
        long copied = 0;
        for (Pages.Run part : free.outside(run)) {
          used += part.length();
          copied += fillShared(object, pages, part, size);
        }
        totals.addFree(run.length() - used);
        totals.addCopied(title, copied, run.length() - copied);
      }
    }
  }

  private long fillShared(int object, Pages pages, Pages.Run run, long size)
      throws IOException, ImageException {
    long copied = 0;
    for (Pages.Run part : MemoryFile.nonZero(pages, run)) {
      long offset = memory.store(pages, List.of(part), part.start(), part.end(), MemoryFile.NOBODY);
      long length = Math.min(part.length(), size - part.start()); // whole pages were dumped
      plan.add(new PlanFill(object, part.start(), length, offset));
      copied += part.length();
    }
    return copied;
  }

  /** Returns whether the object is opened by its name. */
  public boolean isPath(int object) {
    return plan.all(PlanSection.OBJECTS, PlanObject.class).get(object).kind() == Kind.PATH;
  }

  private int add(String key, PlanObject object) {
    return indexes.computeIfAbsent(key, unused -> plan.add(object));
  }

  private static String fileName(String path) {
    Path name = Path.of(path).getFileName();
    return name == null ? "deleted" : name.toString();
  }

  static String absolute(String name) {
    return name.startsWith("/") ? name : "/" + name;
  }
}
