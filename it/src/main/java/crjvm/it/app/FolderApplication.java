package crjvm.it.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes folders in the current folder and a temporary one in all the ways that the JDK has, and a
 * temporary file. After its checkpoint it reads that file, writes a file into each of the folders,
 * and says whether it could.
 */
public final class FolderApplication {
  private FolderApplication() {}

  public static void main(String[] args) throws Exception {
    Path temporary = Files.createTempDirectory("work");
    File one = new File("one");
    File many = new File("many/deep");
    if (!one.mkdir() || !many.mkdirs()) {
      throw new IOException("the folders are there already");
    }
    List<Path> folders =
        List.of(
            one.toPath(),
            many.toPath(),
            Files.createDirectory(Path.of("files")),
            Files.createDirectories(Path.of("all/of/them")),
            temporary,
            Files.createDirectory(temporary.resolve("inner")));
    Path file = Files.writeString(Files.createTempFile("settings", ".txt"), "as it was\n");
    haveFolders();
    System.out.print(Files.exists(file) ? Files.readString(file) : "gone\n");
    for (Path folder : folders) {
      write(folder);
    }
  }

  /** Does nothing. The image is made at its call. */
  public static void haveFolders() {
    System.out.flush();
  }

  private static void write(Path folder) {
    try {
      Files.createFile(folder.resolve("file"));
      System.out.println(folder.getFileName() + ": written");
    } catch (IOException e) {
      System.out.println(folder.getFileName() + ": " + e);
    }
  }
}
