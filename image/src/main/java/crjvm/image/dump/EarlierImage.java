package crjvm.image.dump;

import crjvm.image.CheckpointContext.Region;
import crjvm.image.CheckpointContext.RegionKind;
import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import crjvm.image.dump.proto.FileEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The image that the dumped process was itself restored from, if it was. The process has mapped the
 * image's memory file privately, so CRIU dumped only the pages that have changed since, and the
 * others are still in the file. The new image must not need the old one. Therefore the mappings
 * become anonymous memory again, whose unchanged pages are read from the file.
 */
public final class EarlierImage {
  /**
   * Memory whose content lies in a file, where no other content was dumped.
   *
   * @param start the first address
   * @param length the length in bytes, in whole pages
   * @param file a file that exists as long as the dump
   * @param offset the offset of the first page in the file
   */
  record Part(long start, long length, Path file, long offset) {}

  private final Optional<UUID> id;
  private final List<Part> parts = new ArrayList<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private final Map<Integer, Optional<Path>> memoryFiles = new HashMap<>();
  private Path folder;
  private boolean isGone;
  private boolean isLastOfFile;

  private EarlierImage(Optional<UUID> id) {
    this.id = id;
  }

  /**
   * Finds the image.
   *
   * @param mappings the mappings that CRIU dumped, in ascending order
   * @param id the earlier image's id, or empty if the process was started normally
   */
  static EarlierImage find(DumpedFiles files, List<Mapping> mappings, Optional<UUID> id)
      throws IOException, ImageException {
    EarlierImage image = new EarlierImage(id);
    Map<Integer, DeletedFile> deleted = id.isPresent() ? DeletedFile.byFileId(files) : Map.of();
    for (Mapping mapping : mappings) {
      image.add(mapping, id.isPresent() ? image.memoryFile(files, deleted, mapping) : null);
    }
    return image;
  }

  private void add(Mapping mapping, Path file) {
    Mapping added = mapping;
    if (file != null) {
      parts.add(new Part(mapping.start(), mapping.length(), file, mapping.offset()));
      added = mapping.asAnonymous();
    }
    // The earlier restore may have split one area of memory into many, of which every second one is
    // mapped from the file.
    boolean isBorder = file != null || isLastOfFile;
    isLastOfFile = file != null;
    Mapping last = mappings.isEmpty() ? null : mappings.get(mappings.size() - 1);
    if (isBorder && last != null && last.continuesIn(added)) {
      mappings.set(mappings.size() - 1, last.joinedWith(added));
    } else {
      mappings.add(added);
    }
  }

  /** Returns the file behind a mapping if it is the image's memory file, or else null. */
  private Path memoryFile(DumpedFiles files, Map<Integer, DeletedFile> deleted, Mapping mapping)
      throws IOException, ImageException {
    if (!mapping.isFile() || mapping.isShared() || mapping.isMemfd()) {
      return null;
    }
    int fileId = (int) mapping.fileId();
    if (!memoryFiles.containsKey(fileId)) {
      memoryFiles.put(fileId, locate(files, deleted.get(fileId), files.file(fileId)));
    }
    return memoryFiles.get(fileId).orElse(null);
  }

  private Optional<Path> locate(DumpedFiles files, DeletedFile gone, FileEntry file)
      throws IOException, ImageException {
    Path path = Path.of("/").resolve(file.getReg().getName());
    if (!file.hasReg() || !path.endsWith(MemoryHeader.FILE)) {
      return Optional.empty();
    }
    Path content = path;
    if (gone != null) {
      content = files.folder().resolve("earlier-memory-" + gone.id());
      gone.copyTo(content);
    } else if (!Files.isReadable(path)) {
      throw replaced(path);
    }
    Optional<MemoryHeader> header = MemoryHeader.read(content);
    if (header.isEmpty()) {
      return Optional.empty();
    } else if (!header.get().id().equals(id.orElseThrow())) {
      throw replaced(path);
    }
    folder = path.getParent();
    isGone = gone != null;
    return Optional.of(content);
  }

  private static ImageException replaced(Path file) {
    return new ImageException(
        "the image that this process runs from was moved or replaced during the checkpoint (\""
            + file
            + "\"); try again");
  }

  /**
   * Returns the memory that the process has mapped from the image and that lies outside of some
   * regions. A restore maps it again.
   *
   * @param regions disjoint regions
   */
  public List<Region> mappedBeside(List<Region> regions) {
    List<Region> left = new ArrayList<>();
    for (Part part : parts) {
      long at = part.start();
      long end = part.start() + part.length();
      for (Region region : sorted(regions)) {
        if (region.start() < end && region.end() > at) {
          addPages(left, at, region.start());
          at = region.end();
        }
      }
      addPages(left, at, end);
    }
    return left;
  }

  private static List<Region> sorted(List<Region> regions) {
    return regions.stream().sorted(Comparator.comparingLong(Region::start)).toList();
  }

  private static void addPages(List<Region> regions, long start, long end) {
    if (start < end) {
      regions.add(new Region(RegionKind.FILE_PAGES, start, end));
    }
  }

  List<Part> parts() {
    return parts;
  }

  List<Mapping> mappings() {
    return mappings;
  }

  /** Returns whether a file belongs to the image. */
  public boolean holds(Path file) {
    return folder != null && folder.equals(file.getParent());
  }

  /**
   * Checks again after everything was read, because the files were found by name.
   *
   * @throws ImageException if it is a different image by now
   */
  public void check() throws IOException, ImageException {
    if (folder == null || isGone) {
      return;
    }
    Path file = folder.resolve(MemoryHeader.FILE);
    if (!Files.isReadable(file) || !MemoryHeader.read(file).equals(id.map(MemoryHeader::new))) {
      throw replaced(file);
    }
  }
}
