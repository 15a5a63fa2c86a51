package crjvm.oci.container;

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
import java.util.HexFormat;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a base layer. The same files give the same bytes. */
final class RootTar implements AutoCloseable {
  /** The time of files that have none of their own. The time 0 would look like a mistake. */
  private static final FileTime NO_TIME = FileTime.from(Instant.ofEpochSecond(1));

  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int PERMISSIONS = 07777;
  private static final int EXECUTABLE = 0111;

  private final MessageDigest digest = Digest.sha256();
  private final TarArchiveOutputStream tar;
  private final Map<String, Instant> times;
  private final boolean isVerbatim;

  /**
   * Begins a layer.
   *
   * @param times the times of files by path; other files have those of the disk
   * @param isVerbatim true if owners, permissions and times are those of the disk; otherwise
   *     everything belongs to root and is readable, and only files have times
   */
  RootTar(OutputStream out, Map<String, Instant> times, boolean isVerbatim) {
    this.times = times;
    this.isVerbatim = isVerbatim;
    tar =
        new TarArchiveOutputStream(
            new DigestOutputStream(new BufferedOutputStream(out, 1 << 16), digest),
            StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /** Adds a file, folder or link. Devices and sockets are left out, because layers have none. */
  void add(String path, Path file) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(
            file, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) attributes.get("mode");
    String name = path.substring(1);
    TarArchiveEntry entry;
    switch (mode & TYPE) {
      case FOLDER -> entry = new TarArchiveEntry(name + "/");
      case LINK -> {
        entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(Files.readSymbolicLink(file).toString());
      }
      case REGULAR -> {
        entry = new TarArchiveEntry(name);
        entry.setSize((Long) attributes.get("size"));
      }
      default -> {
        return;
      }
    }
    entry.setIds(0, 0);
    if (isVerbatim) {
      entry.setUserId((Integer) attributes.get("uid"));
      entry.setGroupId((Integer) attributes.get("gid"));
      entry.setMode(mode & PERMISSIONS);
    } else {
      entry.setMode((mode & TYPE) == REGULAR && (mode & EXECUTABLE) == 0 ? 0644 : 0755);
    }
    FileTime onDisk = (FileTime) attributes.get("lastModifiedTime");
    boolean hasTime = isVerbatim || (mode & TYPE) == REGULAR;
    Instant required = times.get(path);
    entry.setLastModifiedTime(
        required != null ? FileTime.from(required) : hasTime ? onDisk : NO_TIME);
    tar.putArchiveEntry(entry);
    if ((mode & TYPE) == REGULAR) {
      Files.copy(file, tar);
    }
    tar.closeArchiveEntry();
  }

  /** Adds a file that is not on disk. */
  void add(String path, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(path.substring(1));
    entry.setSize(bytes.length);
    entry.setMode(0644);
    entry.setLastModifiedTime(NO_TIME);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  void addFolder(String path, int mode) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path.substring(1) + "/");
    entry.setMode(mode);
    entry.setLastModifiedTime(NO_TIME);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  /** Ends the layer and returns its SHA-256. */
  String finish() throws IOException {
    tar.close();
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
