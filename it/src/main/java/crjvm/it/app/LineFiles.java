package crjvm.it.app;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Lines in files that are written as databases of several kinds write theirs. */
abstract class LineFiles {
  private static final int MAPPED = 1 << 16;

  final Path folder;
  final List<String> lines;

  private LineFiles(Path folder, List<String> lines) {
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * @param lines receives the lines that are already there
   */
  static LineFiles open(String style, Path folder, List<String> lines) throws IOException {
    Files.createDirectories(folder);
    return switch (style) {
      case "journal" -> new Journal(folder, lines);
      case "channel" -> new Channel(folder, lines);
      case "random" -> new RandomAccess(folder, lines);
      case "replaced" -> new Replaced(folder, lines);
      case "temporary" -> new Temporary(folder, lines);
      case "rewritten" -> new Rewritten(folder, lines);
      case "segments" -> new Segments(folder, lines);
      case "mapped" -> new Mapped(folder, lines);
      default -> throw new IllegalArgumentException(style);
    };
  }

  /** Adds a line, and returns when it is on the disk. */
  final void add(String line) throws IOException {
    lines.add(line);
    write(line);
  }

  abstract void write(String line) throws IOException;

  final void read(Path file) throws IOException {
    if (Files.exists(file)) {
      lines.addAll(Files.readAllLines(file));
    }
  }

  final byte[] all() {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A file that stays open, and is synced as HSQLDB does it. */
  private static final class Journal extends LineFiles {
    private final FileOutputStream out;

    Journal(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      Path file = folder.resolve("lines.log");
      read(file);
      out = new FileOutputStream(file.toFile(), true);
    }

    @Override
    void write(String line) throws IOException {
      out.write(bytes(line));
      out.getFD().sync();
    }
  }

  /** A file that is written through a channel, which is opened for each line. */
  private static final class Channel extends LineFiles {
    Channel(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      read(folder.resolve("lines"));
    }

    @Override
    void write(String line) throws IOException {
      try (FileChannel out =
          FileChannel.open(
              folder.resolve("lines"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        out.write(ByteBuffer.wrap(bytes(line)));
        out.force(false);
      }
    }
  }

  private static final class RandomAccess extends LineFiles {
    private final RandomAccessFile file;

    RandomAccess(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      Path path = folder.resolve("lines");
      read(path);
      file = new RandomAccessFile(path.toFile(), "rw");
    }

    @Override
    void write(String line) throws IOException {
      file.seek(0);
      file.write(all());
    }
  }

  /** A new file that takes the place of the old one. */
  private static final class Replaced extends LineFiles {
    Replaced(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      read(folder.resolve("lines"));
    }

    @Override
    void write(String line) throws IOException {
      Path fresh = Files.write(folder.resolve("lines.new"), all());
      Files.move(fresh, folder.resolve("lines"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** A file with a random name that takes the place of the old one. */
  private static final class Temporary extends LineFiles {
    Temporary(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      read(folder.resolve("lines"));
    }

    @Override
    void write(String line) throws IOException {
      Path fresh = Files.write(Files.createTempFile(folder, "lines", ".new"), all());
      Files.move(fresh, folder.resolve("lines"), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static final class Rewritten extends LineFiles {
    Rewritten(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      read(folder.resolve("lines"));
    }

    @Override
    void write(String line) throws IOException {
      try (OutputStream out = new FileOutputStream(folder.resolve("lines").toFile())) {
        out.write(all());
      }
    }
  }

  /** A file for each line; none stays open. */
  private static final class Segments extends LineFiles {
    Segments(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          read(file);
        }
      }
      Files.write(folder.resolve("0000"), new byte[0]);
    }

    @Override
    void write(String line) throws IOException {
      Path file = folder.resolve(String.format("%04d", lines.size()));
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        out.write(ByteBuffer.wrap(bytes(line)));
        out.force(true);
      }
    }
  }

  private static final class Mapped extends LineFiles {
    private final MappedByteBuffer memory;

    Mapped(Path folder, List<String> lines) throws IOException {
      super(folder, lines);
      try (FileChannel channel =
          FileChannel.open(
              folder.resolve("lines"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, MAPPED);
      }
      String text = StandardCharsets.UTF_8.decode(memory.duplicate()).toString();
      lines.addAll(text.substring(0, text.lastIndexOf('\n') + 1).lines().toList());
    }

    @Override
    void write(String line) {
      memory.put(0, all());
    }
  }
}
