package crjvm.image.dump;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import crjvm.image.ImageException;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.Machine;
import crjvm.image.arch.machines.Machines;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.FileLock;
import crjvm.image.dump.proto.Identifiers;
import crjvm.image.dump.proto.MemfdInode;
import crjvm.image.dump.proto.Mm;
import crjvm.image.dump.proto.ProcessTreeEntry;
import crjvm.image.dump.proto.RemapFilePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The dump of one process, read from the folder that CRIU wrote. */
public final class Dump implements DumpedFiles {
  private final Path folder;
  private final int pid;
  private final List<Integer> threadIds;
  private final Map<Integer, Core> cores = new HashMap<>();
  private final Machine machine;
  private final Mm mm;
  private final List<FdInfo> descriptors;
  private final Map<Integer, FileEntry> files = new HashMap<>();
  private final List<RemapFilePath> remaps;
  private final List<FileLock> locks;
  private final List<MemfdInode> memfds;
  private final InFlight inFlight;
  private final DumpClocks clocks;
  private EarlierImage earlierImage;

  private Dump(Path folder) throws IOException, ImageException {
    this.folder = folder;
    List<ProcessTreeEntry> tree = load("pstree.img", ProcessTreeEntry.parser());
    if (tree.size() != 1) {
      throw new ImageException(
          "the dump holds "
              + tree.size()
              + " processes; a checkpoint needs the JVM alone, without children");
    }
    pid = tree.get(0).getPid();
    threadIds = mainFirst(tree.get(0).getThreadsList());
    for (int tid : threadIds) {
      cores.put(tid, one("core-" + tid + ".img", Core.parser()));
    }
    machine = Machines.of(cores.get(pid));
    mm = one("mm-" + pid + ".img", Mm.parser());
    int filesId = one("ids-" + pid + ".img", Identifiers.parser()).getFilesId();
    descriptors =
        some("fdinfo-" + filesId + ".img", FdInfo.parser()).stream()
            .sorted(Comparator.comparingInt(FdInfo::getFd))
            .toList();
    for (FileEntry file : load("files.img", FileEntry.parser())) {
      files.put(file.getId(), file);
    }
    remaps = load("remap-fpath.img", RemapFilePath.parser());
    locks = load("filelocks.img", FileLock.parser());
    memfds = load("memfd.img", MemfdInode.parser());
    inFlight = InFlight.load(folder);
    clocks = DumpClocks.read(folder);
  }

  /**
   * Reads a dump.
   *
   * @param earlierImage the id of the image that the process was restored from, or empty if there
   *     is none
   */
  public static Dump load(Path folder, Optional<UUID> earlierImage)
      throws IOException, ImageException {
    Dump dump = new Dump(folder);
    List<Mapping> mappings =
        dump.mm.getVmasList().stream()
            .map(Mapping::of)
            .sorted(Comparator.comparingLong(Mapping::start))
            .toList();
    dump.earlierImage = EarlierImage.find(dump, mappings, earlierImage);
    return dump;
  }

  private List<Integer> mainFirst(List<Integer> tids) {
    List<Integer> ordered = new ArrayList<>(tids);
    ordered.removeIf(tid -> tid == pid);
    ordered.add(0, pid);
    return ordered;
  }

  private <T extends Message> List<T> load(String name, Parser<T> parser)
      throws IOException, ImageException {
    return DumpFile.readAll(folder.resolve(name), parser);
  }

  /** Returns the entries of a file that must have at least one. */
  private <T extends Message> List<T> some(String name, Parser<T> parser)
      throws IOException, ImageException {
    List<T> entries = load(name, parser);
    if (entries.isEmpty()) {
      throw new ImageException("CRIU's file \"" + folder.resolve(name) + "\" is missing or empty");
    }
    return entries;
  }

  private <T extends Message> T one(String name, Parser<T> parser)
      throws IOException, ImageException {
    return some(name, parser).get(0);
  }

  @Override
  public Path folder() {
    return folder;
  }

  public int pid() {
    return pid;
  }

  /** Returns the thread ids, the main thread's first. */
  public List<Integer> threadIds() {
    return threadIds;
  }

  public Core core(int tid) {
    return cores.get(tid);
  }

  public DumpedThread thread(int tid) {
    return machine.thread(core(tid));
  }

  /** Returns the machine on which the dump was made. */
  public Machine machine() {
    return machine;
  }

  public Mm mm() {
    return mm;
  }

  /**
   * Returns the mappings, in ascending order of addresses. Memory of an earlier image is anonymous.
   */
  public List<Mapping> mappings() {
    return earlierImage.mappings();
  }

  /** Returns the size of a page on the machine of the dump, in bytes. */
  public int pageSize() {
    long bounds = 0;
    for (Mapping mapping : mappings()) {
      bounds |= mapping.start() | mapping.end();
    }
    return machine.pageSize(bounds);
  }

  /** Returns the number of bits in the addresses of programs on that machine. */
  public int addressBits() {
    long end = 0;
    for (Mapping mapping : mappings()) {
      end = mapping.isKernelOwned() ? end : Math.max(end, mapping.end());
    }
    return machine.addressBits(end);
  }

  public EarlierImage earlierImage() {
    return earlierImage;
  }

  /** Returns the open descriptors, in ascending order of numbers. */
  public List<FdInfo> descriptors() {
    return descriptors;
  }

  @Override
  public FileEntry file(int id) throws ImageException {
    FileEntry file = files.get(id);
    if (file == null) {
      throw new ImageException(
          "CRIU's files name a file " + Integer.toHexString(id) + " that they do not describe");
    }
    return file;
  }

  @Override
  public List<RemapFilePath> remaps() {
    return remaps;
  }

  public List<FileLock> locks() {
    return locks;
  }

  public List<MemfdInode> memfds() {
    return memfds;
  }

  public InFlight inFlight() {
    return inFlight;
  }

  public DumpClocks clocks() {
    return clocks;
  }
}
