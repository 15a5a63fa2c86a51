package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.frame.FrameOutput;
import crjvm.image.archive.frame.Progress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the entries of an archive in a format that GNU tar unpacks, holes included. */
public final class TarOutput {
  /**
   * The permissions of a new image, which every archive has, so that the same image gives the same
   * bytes.
   */
  private static final int FOLDER_MODE = 0700;

  private static final int FILE_MODE = 0400;

  private static final int BLOCK = TarHeader.BLOCK;

  private final FrameOutput out;
  private final Progress progress;
  private final long total;
  private long done;

  /**
   * Writes to a stream.
   *
   * @param total the bytes of all files' data
   */
  public TarOutput(FrameOutput out, long total, Progress progress) {
    this.out = out;
    this.total = total;
    this.progress = progress;
  }

  /** Writes everything before the files. */
  public void begin(long modified) throws IOException {
    String comment = ArchiveFormat.COMMENT + ArchiveFormat.VERSION;
    records(TarHeader.GLOBAL, "pax_global_header", Map.of(PaxRecords.COMMENT, comment), modified);
    out.write(
        new TarHeader(TarHeader.FOLDER, ArchiveFormat.FOLDER, FOLDER_MODE, 0, modified).bytes());
  }

  /**
   * Writes a file.
   *
   * @param entry the data of its header
   * @param file its content
   */
  public void file(TarInput.Entry entry, FileChannel file) throws IOException {
    SparseMap map = entry.map();
    Map<String, String> records = new LinkedHashMap<>();
    String path = ArchiveFormat.FOLDER + entry.name();
    byte[] mapText = new byte[0];
    if (map.hasHoles()) {
      mapText = map.text();
      records.put(PaxRecords.SPARSE_MAJOR, "1");
      records.put(PaxRecords.SPARSE_MINOR, "0");
      records.put(PaxRecords.SPARSE_NAME, path);
      records.put(PaxRecords.SPARSE_SIZE, Long.toString(map.size()));
      path = ArchiveFormat.SPARSE_FOLDER + entry.name();
    }
    long stored = mapText.length + map.data();
    if (stored > TarHeader.MAX_OCTAL) {
      records.put(PaxRecords.SIZE, Long.toString(stored));
    }
    if (!records.isEmpty()) {
      String name = ArchiveFormat.FOLDER + "PaxHeaders/" + entry.name();
      records(TarHeader.EXTENDED, name, records, entry.modified());
    }
    out.write(new TarHeader(TarHeader.FILE, path, FILE_MODE, stored, entry.modified()).bytes());
    out.write(mapText);
    data(map, file);
    pad(stored);
  }

  private void data(SparseMap map, FileChannel file) throws IOException {
    for (int i = 0; i < map.count(); i++) {
      long end = map.start(i) + map.length(i);
      for (long at = map.start(i); at < end; ) {
        long count = out.copy(file, at, end - at);
        at += count;
        done += count;
        progress.at(done, total);
      }
    }
  }

  /** Completes the stream. */
  public void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
    out.finish();
  }

  private void records(char type, String name, Map<String, String> records, long modified)
      throws IOException {
    byte[] content = PaxRecords.format(records);
    out.write(new TarHeader(type, name, 0644, content.length, modified).bytes());
    out.write(content);
    pad(content.length);
  }

  private void pad(long size) throws IOException {
    int rest = (int) (size % BLOCK);
    if (rest > 0) {
      out.write(new byte[BLOCK - rest]);
    }
  }
}
