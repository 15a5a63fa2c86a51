package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveException;
import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.frame.FrameInput;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Reads the entries of an archive, one after the other. It accepts nothing but what {@link
 * TarOutput} writes.
 */
public final class TarInput {
  private static final int BLOCK = TarHeader.BLOCK;
  private static final int MAX_RECORDS = 4096;

  /**
   * A file whose content follows.
   *
   * @param modified the seconds since 1970
   * @param map the positions of its data
   */
  public record Entry(String name, long modified, SparseMap map) {}

  /** Receives the content of an entry. */
  public interface Content {
    void data(ByteBuffer bytes, long at) throws IOException;
  }

  private final FrameInput in;

  /**
   * Reads from a stream.
   *
   * @param in a stream at its beginning
   */
  public TarInput(FrameInput in) {
    this.in = in;
  }

  /** Reads everything before the files. */
  public void begin() throws IOException, ArchiveException {
    byte[] first = block();
    TarHeader global = TarHeader.isEnd(first) ? null : TarHeader.parse(first);
    if (global == null || global.type() != TarHeader.GLOBAL) {
      throw foreign();
    }
    String comment = PaxRecords.parse(content(global)).get(PaxRecords.COMMENT);
    if (comment == null || !comment.startsWith(ArchiveFormat.COMMENT)) {
      throw foreign();
    }
    String version = comment.substring(ArchiveFormat.COMMENT.length());
    if (!version.equals(Integer.toString(ArchiveFormat.VERSION))) {
      throw new ArchiveException(ArchiveException.Kind.VERSION, Names.quote(version));
    }
    TarHeader folder = TarHeader.parse(block());
    if (folder.type() != TarHeader.FOLDER
        || !folder.name().equals(ArchiveFormat.FOLDER)
        || folder.size() > 0) {
      throw forged(folder);
    }
  }

  private static ArchiveException foreign() {
    return new ArchiveException(
        ArchiveException.Kind.FOREIGN, "it begins otherwise than one that crjvm has packed");
  }

  private static ArchiveException forged(TarHeader header) {
    return ArchiveException.forged(
        "the entry "
            + Names.quote(header.name())
            + " of the type "
            + Names.quote(Character.toString(header.type())));
  }

  /** Returns the next file, or null after the last one, when the whole archive has been read. */
  public Entry next() throws IOException, ArchiveException {
    byte[] block = block();
    if (TarHeader.isEnd(block)) {
      if (!TarHeader.isEnd(block()) || in.take(1) != null) {
        throw ArchiveException.forged("something behind the last file");
      }
      return null;
    }
    TarHeader header = TarHeader.parse(block);
    Map<String, String> records = Map.of();
    if (header.type() == TarHeader.EXTENDED) {
      records = PaxRecords.parse(content(header));
      header = TarHeader.parse(block());
    }
    if (header.type() != TarHeader.FILE) {
      throw forged(header);
    }
    return entry(header, records);
  }

  private Entry entry(TarHeader header, Map<String, String> records)
      throws IOException, ArchiveException {
    boolean isSparse = records.containsKey(PaxRecords.SPARSE_SIZE);
    for (Map.Entry<String, String> record : records.entrySet()) {
      boolean isKnown =
          switch (record.getKey()) {
            case PaxRecords.SIZE -> true;
            case PaxRecords.SPARSE_NAME, PaxRecords.SPARSE_SIZE -> isSparse;
            case PaxRecords.SPARSE_MAJOR -> isSparse && record.getValue().equals("1");
            case PaxRecords.SPARSE_MINOR -> isSparse && record.getValue().equals("0");
            default -> false;
          };
      if (!isKnown) {
        throw ArchiveException.forged(
            "the extended record " + Names.quote(record.getKey() + "=" + record.getValue()));
      }
    }
    String size = records.get(PaxRecords.SIZE);
    long stored = size == null ? header.size() : Numbers.parse(size);
    String path =
        isSparse ? records.getOrDefault(PaxRecords.SPARSE_NAME, header.name()) : header.name();
    String name = path.startsWith(ArchiveFormat.FOLDER) ? simple(path) : "";
    if (!Names.isSimple(name)) {
      throw ArchiveException.forged("the entry " + Names.quote(path));
    }
    return new Entry(
        name,
        header.modified(),
        isSparse ? map(Numbers.parse(records.get(PaxRecords.SPARSE_SIZE)), stored) : whole(stored));
  }

  private static String simple(String path) {
    return path.substring(ArchiveFormat.FOLDER.length());
  }

  private static SparseMap whole(long size) {
    SparseMap map = new SparseMap(size);
    if (size > 0) {
      map.add(0, size);
    }
    return map;
  }

  /** Reads the map that comes before the data. */
  private SparseMap map(long size, long stored) throws IOException, ArchiveException {
    MapText text = new MapText();
    long count = text.number();
    if (count > SparseMap.MAX_EXTENTS) {
      throw ArchiveException.forged("a file in " + count + " pieces");
    }
    SparseMap map = new SparseMap(size);
    for (long i = 0; i < count; i++) {
      map.addChecked(text.number(), text.number());
    }
    if (text.read() + map.data() != stored) {
      throw ArchiveException.forged("a file whose pieces have another size than their sum");
    }
    return map;
  }

  /** The text of a map: lines with one number each. */
  private final class MapText {
    private byte[] block = new byte[0];
    private int at;
    private long read;

    long number() throws IOException, ArchiveException {
      long value = 0;
      int digits = 0;
      for (int next = next(); next != '\n' || digits == 0; next = next()) {
        if (!Numbers.isDigit(next) || ++digits > Numbers.MAX_DIGITS) {
          throw ArchiveException.forged("a map of holes that is not a list of numbers");
        }
        value = 10 * value + next - '0';
      }
      return value;
    }

    private int next() throws IOException, ArchiveException {
      if (at == block.length) {
        block = block();
        at = 0;
        read += block.length;
      }
      return block[at++];
    }

    /** Returns the number of bytes read, in whole blocks. */
    long read() {
      return read;
    }
  }

  /** Reads an entry's data. */
  public void copy(SparseMap map, Content content) throws IOException, ArchiveException {
    for (int i = 0; i < map.count(); i++) {
      long end = map.start(i) + map.length(i);
      for (long at = map.start(i); at < end; ) {
        ByteBuffer part = in.take(end - at);
        if (part == null) {
          throw endsEarly();
        }
        long next = at + part.remaining();
        content.data(part, at);
        at = next;
      }
    }
    skipPadding(map.data());
  }

  private void skipPadding(long size) throws IOException, ArchiveException {
    int rest = (int) (size % BLOCK);
    if (rest > 0) {
      readFully(new byte[BLOCK - rest]);
    }
  }

  private byte[] content(TarHeader header) throws IOException, ArchiveException {
    if (header.size() > MAX_RECORDS) {
      throw ArchiveException.forged("extended records of " + header.size() + " bytes");
    }
    byte[] content = new byte[(int) header.size()];
    readFully(content);
    skipPadding(content.length);
    return content;
  }

  private byte[] block() throws IOException, ArchiveException {
    byte[] block = new byte[BLOCK];
    readFully(block);
    return block;
  }

  private void readFully(byte[] bytes) throws IOException, ArchiveException {
    for (int at = 0; at < bytes.length; ) {
      ByteBuffer part = in.take(bytes.length - at);
      if (part == null) {
        throw endsEarly();
      }
      int count = part.remaining();
      part.get(bytes, at, count);
      at += count;
    }
  }

  private static ArchiveException endsEarly() {
    return ArchiveException.forged("an end in the middle of a file");
  }
}
