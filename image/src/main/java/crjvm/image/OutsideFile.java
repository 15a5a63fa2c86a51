package crjvm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that the process has used before its checkpoint and that lives on outside of the image, as
 * it was when all threads had stopped.
 *
 * @param path absolute
 * @param size bytes; of a folder the number of names that count; 0 where nothing is compared
 * @param seconds time of the last change, since the epoch
 * @param nanos its fraction
 * @param names of a folder: the sum of the CRC-32C of the names that count, modulo 2^32
 */
public record OutsideFile(Kind kind, Path path, long size, long seconds, int nanos, int names) {
  private static final String SEPARATOR = "\0";
  private static final int FIELDS = 6;

  /** What the process has done with it, and what follows. */
  public enum Kind {
    /** Read: the application goes by what it said. */
    READ,
    /** Asked for, and not there. */
    ABSENT,
    /** Written: state of the application that lives on. */
    WRITTEN,
    /** A folder with written files in it, of which the names count. */
    FOLDER,
    /** Written at its end only, and never read: it may change or be gone. */
    LOG,
    /** Written by the flight recorder, anew by each copy. */
    RECORDING,
    /** Temporary. */
    TEMPORARY,
    /** There to be locked. */
    LOCK,
    /** Has the process's id in it. */
    PROCESS_ID,
    /** A policy says that it may change. */
    KEPT;

    /** In the manifest, and for people. */
    public String title() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** One of which nothing is compared. */
  public static OutsideFile exempt(Kind kind, Path path) {
    return new OutsideFile(kind, path, 0, 0, 0, 0);
  }

  /** Whether names that begin as this one's are of the same kind: of what is rolled, say. */
  public boolean isBeginning() {
    return kind == Kind.LOG;
  }

  /** Writes a list for {@link #load}. */
  public static void store(List<OutsideFile> files, Path to) throws IOException {
    StringBuilder text = new StringBuilder();
    for (OutsideFile each : files) {
      for (Object field :
          List.of(each.kind, each.path, each.size, each.seconds, each.nanos, each.names)) {
        text.append(field).append(SEPARATOR);
      }
    }
    Files.writeString(to, text, StandardCharsets.UTF_8);
  }

  /** Reads what {@link #store} has written; an empty list where there is nothing. */
  public static List<OutsideFile> load(Path from) throws IOException {
    List<OutsideFile> files = new ArrayList<>();
    if (!Files.exists(from)) {
      return files;
    }
    String[] fields = Files.readString(from, StandardCharsets.UTF_8).split(SEPARATOR);
    for (int i = 0; i + FIELDS <= fields.length; i += FIELDS) {
      files.add(
          new OutsideFile(
              Kind.valueOf(fields[i]),
              Path.of(fields[i + 1]),
              Long.parseLong(fields[i + 2]),
              Long.parseLong(fields[i + 3]),
              Integer.parseInt(fields[i + 4]),
              Integer.parseInt(fields[i + 5])));
    }
    return files;
  }
}
