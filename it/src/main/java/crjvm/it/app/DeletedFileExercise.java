package crjvm.it.app;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that no longer have a name. One of them is larger than CRIU keeps by default. */
final class DeletedFileExercise implements Exercise {
  private static final int LARGE = 3 << 20;

  private RandomAccessFile small;
  private FileChannel large;

  @Override
  public void prepare() throws Exception {
    Path smallPath = Path.of("deleted-small").toAbsolutePath();
    small = new RandomAccessFile(smallPath.toFile(), "rw");
    small.writeUTF("still here");
    small.seek(2);
    Files.delete(smallPath);
    large =
        FileChannel.open(
            Path.of("deleted-large").toAbsolutePath(),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    large.write(ByteBuffer.allocate(LARGE).putLong(LARGE - 8, 12345), 0);
    Files.deleteIfExists(Path.of("deleted-large").toAbsolutePath());
  }

  @Override
  public String run() throws Exception {
    Exercise.check(small.getFilePointer() == 2, "the position is %d", small.getFilePointer());
    small.seek(0);
    String text = small.readUTF();
    Exercise.check(text.equals("still here"), "the small file holds \"%s\"", text);
    small.seek(2);
    Exercise.check(large.size() == LARGE, "the large file has %d bytes", large.size());
    ByteBuffer word = ByteBuffer.allocate(8);
    large.read(word, LARGE - 8);
    Exercise.check(word.getLong(0) == 12345, "the large file's end differs");
    large.write(ByteBuffer.allocate(8).putLong(0, 1), 0);
    return "two files";
  }
}
