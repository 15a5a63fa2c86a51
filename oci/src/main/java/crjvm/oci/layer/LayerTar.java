package crjvm.oci.layer;

import crjvm.image.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes the tar stream of a layer. The same files give the same bytes for every user who writes
 * them.
 */
public final class LayerTar implements AutoCloseable {
  /** The time of files that have none of their own. The time 0 would look like a mistake. */
  public static final Instant NO_TIME = Instant.ofEpochSecond(1);

  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int PERMISSIONS = 07777;
  private static final int EXECUTABLE = 0111;
  private static final int BUFFER = 1 << 16;

  /** The nanoseconds to which the library cuts times. */
  private static final int LIBRARY_STEP = 100;

  /** The name of entries whose name is in a header of their own, and of these headers. */
  private static final String HEADER = "PaxHeader";

  private final MessageDigest digest = Digest.sha256();
  private final LongConsumer progress;
  private final TarArchiveOutputStream tar;

  /**
   * Begins a layer.
   *
   * @param progress receives the size of each file that was written
   */
  LayerTar(OutputStream out, LongConsumer progress) {
    this.progress = progress;
    tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(new DigestOutputStream(out, digest), BUFFER),
            StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /**
   * Adds a file, folder or link with its owner, permissions and time. Devices and sockets are left
   * out, because layers have none.
   */
  public void addAsItIs(String path, Path file) throws IOException {
    Map<String, Object> attributes = attributes(file);
    TarArchiveEntry entry = entry(path, file, attributes);
    if (entry != null) {
      entry.setIds((Integer) attributes.get("uid"), (Integer) attributes.get("gid"));
      entry.setMode((Integer) attributes.get("mode") & PERMISSIONS);
      put(entry, time(attributes), file);
    }
  }

  /**
   * Adds a file, folder or link as one that belongs to root and that everybody may read.
   *
   * @param times the times of files by path; other files have those of the disk, and folders and
   *     links have none
   */
  public void addForAll(String path, Path file, Map<String, Instant> times) throws IOException {
    Map<String, Object> attributes = attributes(file);
    TarArchiveEntry entry = entry(path, file, attributes);
    if (entry != null) {
      int mode = (Integer) attributes.get("mode");
      boolean isFile = (mode & TYPE) == REGULAR;
      entry.setMode(isFile && (mode & EXECUTABLE) == 0 ? 0644 : 0755);
      put(entry, times.getOrDefault(path, isFile ? time(attributes) : NO_TIME), file);
    }
  }

  private static Map<String, Object> attributes(Path file) throws IOException {
    return Files.readAttributes(
        file, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
  }

  private static Instant time(Map<String, Object> attributes) {
    return ((FileTime) attributes.get("lastModifiedTime")).toInstant();
  }

  /** Returns an entry that belongs to root, or null for a kind of file that no layer can have. */
  private static TarArchiveEntry entry(String path, Path file, Map<String, Object> attributes)
      throws IOException {
    return switch ((Integer) attributes.get("mode") & TYPE) {
      case FOLDER -> entry(path + "/", 0);
      case LINK -> {
        TarArchiveEntry entry = new TarArchiveEntry(path.substring(1), TarConstants.LF_SYMLINK);
        entry.setLinkName(Files.readSymbolicLink(file).toString());
        yield ofNobody(entry);
      }
      case REGULAR -> entry(path, (Long) attributes.get("size"));
      default -> null;
    };
  }

  private static TarArchiveEntry entry(String path, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(path.substring(1));
    entry.setSize(size);
    return ofNobody(entry);
  }

  /** Removes the name of the present user from an entry, which then belongs to root. */
  private static TarArchiveEntry ofNobody(TarArchiveEntry entry) {
    entry.setIds(0, 0);
    entry.setNames("", "");
    return entry;
  }

  /** Adds a file with the content of one on disk. */
  void add(String path, LayerFile file) throws IOException {
    TarArchiveEntry entry =
        file.isFolder() ? entry(path + "/", 0) : entry(path, Files.size(file.source()));
    String[] ids = file.owner().split(":");
    entry.setUserId(Long.parseLong(ids[0]));
    entry.setGroupId(Long.parseLong(ids[1]));
    entry.setMode(file.mode());
    put(entry, file.modified(), file.source());
  }

  private void put(TarArchiveEntry entry, Instant time, Path file) throws IOException {
    entry.setLastModifiedTime(FileTime.from(time));
    long size = entry.getSize();
    if (size > 0 && time.getNano() % LIBRARY_STEP != 0) {
      putExactTime(entry, time);
    }
    tar.putArchiveEntry(entry);
    if (size > 0) {
      Files.copy(file, tar);
      progress.accept(size);
    }
    tar.closeArchiveEntry();
  }

  /**
   * Writes the time of the next entry with all its digits, which a start compares. The library
   * would cut the time. It would also replace this header by its own, so nothing in the entry may
   * need a header.
   */
  private void putExactTime(TarArchiveEntry entry, Instant time) throws IOException {
    String exact = String.format(Locale.ROOT, "%d.%09d", time.getEpochSecond(), time.getNano());
    String records = record("mtime", exact) + record("path", entry.getName());
    byte[] bytes = records.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry header =
        ofNobody(new TarArchiveEntry(HEADER, TarConstants.LF_PAX_EXTENDED_HEADER_LC));
    header.setSize(bytes.length);
    header.setLastModifiedTime(FileTime.from(NO_TIME));
    tar.putArchiveEntry(header);
    tar.write(bytes);
    tar.closeArchiveEntry();
    entry.setName(HEADER);
    entry.setLastModifiedTime(FileTime.from(time.truncatedTo(ChronoUnit.SECONDS)));
  }

  /** Returns a record of a pax header, which begins with its own length in bytes. */
  private static String record(String name, String value) {
    String rest = " " + name + "=" + value + "\n";
    int length = rest.getBytes(StandardCharsets.UTF_8).length;
    int digits = Integer.toString(length).length();
    int whole = length + digits;
    return (length + Integer.toString(whole).length()) + rest;
  }

  /** Adds a file that is not on disk. */
  public void add(String path, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = entry(path, bytes.length);
    entry.setMode(0644);
    entry.setLastModifiedTime(FileTime.from(NO_TIME));
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  public void addFolder(String path, int mode) throws IOException {
    TarArchiveEntry entry = entry(path + "/", 0);
    entry.setMode(mode);
    entry.setLastModifiedTime(FileTime.from(NO_TIME));
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /** Ends the layer and returns the digest of its tar stream. */
  String finish() throws IOException {
    tar.close();
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
