package crjvm.trial;

import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The replacement of an image's plan. Each file is replaced by a rename, so there is always a
 * complete one.
 */
final class PlanReplacement {
  private PlanReplacement() {}

  static void write(Path image, Manifest manifest, byte[] plan) throws IOException {
    Files.deleteIfExists(image.resolve(Manifest.SIGNATURE)); // it was for another image
    replace(image.resolve(PlanFile.FILE), plan);
    Manifest changed = ImageFiles.replace(manifest, PlanFile.FILE, plan);
    replace(image.resolve(Manifest.FILE), changed.format().getBytes(StandardCharsets.UTF_8));
    try (FileChannel folder = FileChannel.open(image, StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh); // a killed run may have left it
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(file)))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
