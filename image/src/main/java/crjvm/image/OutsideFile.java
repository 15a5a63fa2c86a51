package crjvm.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that the process used before its checkpoint and that exists outside the image. The record
 * describes it as it was when all threads had stopped.
 *
 * @param path an absolute path
 * @param size its size in bytes; for a folder of written files the number of names that count; for
 *     a folder that the process has made 0 if there is no file in it or below it, or else 1; 0 if
 *     nothing is compared
 * @param seconds the time of the last change, in seconds since the epoch
 * @param nanos the fraction of that second
 * @param names for a folder of written files: the sum of the CRC-32C of the names that count,
 *     modulo 2^32
 * @param mode for a temporary file, and for a folder that the process has made: the permissions, as
 *     in chmod(2)
 */
public record OutsideFile(
    Kind kind, Path path, long size, long seconds, int nanos, int names, int mode) {
  private static final String SEPARATOR = "\0";
  private static final int FIELDS = 7;

  /** The way in which the process has used the file, which decides how a start treats it. */
  public enum Kind {
    /** A file that the process has read, and on whose content the application relies. */
    READ,
    /** A file that the process has looked for and that did not exist. */
    ABSENT,
    /** A file that the process has written: state of the application outside the image. */
    WRITTEN,
    /** A folder that contains written files; its names count. */
    FOLDER,
    /**
     * A file that the process has written at its end only and has never read, so that it may change
     * or disappear.
     */
    LOG,
    /** A file that the flight recorder has written. Each copy writes its own. */
    RECORDING,
    /** A temporary file of the application, which an image contains unless it is large. */
    TEMPORARY,
    /** A library that the process has unpacked and loaded, which an image contains. */
    UNPACKED,
    /** A file of the JVM itself, such as its counters. Each process has its own. */
    RUNTIME,
    /** A folder that the process has made, and in which it may make files. */
    MADE_FOLDER,
    /** A temporary folder, or a folder that the process has made in one. */
    TEMPORARY_FOLDER,
    /** A file that exists to be locked. */
    LOCK,
    /** A file that contains the process's id. */
    PROCESS_ID,
    /** A file that may change because a policy says so. */
    KEPT;

    /** Returns whether such a name does not count in a folder whose names do. */
    public boolean isExempt() {
      return switch (this) {
        case READ, ABSENT, WRITTEN, FOLDER, MADE_FOLDER, TEMPORARY_FOLDER -> false;
        default -> true;
      };
    }

    /** Returns the name that the manifest and messages for users contain. */
    public String title() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** Returns a file of which nothing is compared. */
  public static OutsideFile exempt(Kind kind, Path path) {
    return new OutsideFile(kind, path, 0, 0, 0, 0, 0);
  }

  /**
   * Returns whether all names that begin with this one are of the same kind, as those of rolled
   * logs.
   */
  public boolean isBeginning() {
    return kind == Kind.LOG;
  }

  /** Returns whether a file still has this size and this time. */
  public boolean isUnchanged() throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    Instant time = now.lastModifiedTime().toInstant();
    return now.size() == size && time.getEpochSecond() == seconds && time.getNano() == nanos;
  }

  /** Writes a list for {@link #load}. */
  public static void store(List<OutsideFile> files, Path to) throws IOException {
    StringBuilder text = new StringBuilder();
    for (OutsideFile each : files) {
      for (Object field :
          List.of(
              each.kind, each.path, each.size, each.seconds, each.nanos, each.names, each.mode)) {
        text.append(field).append(SEPARATOR);
      }
    }
    Files.writeString(to, text, StandardCharsets.UTF_8);
  }

  /**
   * Reads the list that {@link #store} has written. The list is empty if the file does not exist.
   */
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
              Integer.parseInt(fields[i + 5]),
              Integer.parseInt(fields[i + 6])));
    }
    return files;
  }
}
