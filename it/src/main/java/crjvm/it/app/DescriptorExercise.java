package crjvm.it.app;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** Open files of every kind that Java makes, each with its position. */
final class DescriptorExercise implements Exercise {
  private final Path folder = Path.of("folder").toAbsolutePath();
  private final Path log = Path.of("application.log").toAbsolutePath();
  private InputStream input;
  private RandomAccessFile random;
  private OutputStream append;
  private OutputStream devNull;
  private InputStream devZero;
  private InputStream devRandom;
  private DirectoryStream<Path> stream;
  private Iterator<Path> entries;
  private boolean used;

  @Override
  public void prepare() throws Exception {
    Path text = Path.of("text").toAbsolutePath();
    Files.writeString(text, "0123456789abcdef");
    input = new FileInputStream(text.toFile());
    Exercise.check(input.read() == '0', "the first byte");
    random = new RandomAccessFile(text.toFile(), "rw");
    random.seek(10);
    Files.deleteIfExists(log);
    append = new FileOutputStream(log.toFile(), true);
    append.write("first\n".getBytes(StandardCharsets.UTF_8));
    devNull = new FileOutputStream("/dev/null");
    devZero = new FileInputStream("/dev/zero");
    devRandom = new FileInputStream("/dev/urandom");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("entry"), "");
    stream = Files.newDirectoryStream(folder);
    entries = stream.iterator();
  }

  @Override
  public String run() throws Exception {
    if (!used) {
      used = true;
      Exercise.check(input.read() == '1', "the input stream lost its position");
      Exercise.check(entries.next().endsWith("entry"), "the folder's entry is missing");
      stream.close();
    }
    Exercise.check(random.getFilePointer() == 10, "the random access file lost its position");
    Exercise.check(random.read() == 'a', "the random access file reads something else");
    random.seek(10);
    random.write('a');
    random.seek(10);
    // Somebody else writes as well: an append must go to the end that the file has now.
    Files.writeString(log, Files.readString(log) + "other\n");
    append.write("second\n".getBytes(StandardCharsets.UTF_8));
    Exercise.check(
        Files.readString(log).endsWith("other\nsecond\n"), "the log is %s", Files.readString(log));
    devNull.write(1);
    Exercise.check(devZero.read() == 0, "/dev/zero");
    Exercise.check(devRandom.readNBytes(64).length == 64, "/dev/urandom");
    try (InputStream fresh = new FileInputStream("/dev/urandom")) {
      Exercise.check(fresh.read() >= 0, "a new stream");
    }
    return "ok";
  }
}
