package crjvm.cli;

import crjvm.image.ImageException;
import crjvm.image.archive.Identities;
import crjvm.image.archive.ImageUnpacker;
import crjvm.image.archive.PackedImage;
import crjvm.image.archive.frame.ProgressLine;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code unpack}, which unpacks an archive into an image. */
@Command(
    name = "unpack",
    description = "Unpacks an image from an archive that crjvm pack has made.",
    mixinStandardHelpOptions = true)
final class UnpackCommand implements Callable<Integer> {
  private static final int BUFFER = 1 << 18;

  @Mixin private ArchiveOptions options;
  @Mixin private TrustOption trust;

  @Parameters(index = "0", paramLabel = "FILE", description = "the archive; -: standard input")
  private String file;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "the image; one that is there is replaced")
  private Path image;

  @Option(
      names = "--identity",
      paramLabel = "FILE",
      description = "for an encrypted archive: identities of age, as age-keygen makes the file")
  private Path identities;

  @Override
  public Integer call() throws Exception {
    PackedImage sizes;
    try (ProgressLine progress = options.progress("unpacking")) {
      sizes = file.equals(ArchiveOptions.STREAM) ? unpackInput(progress) : unpackFile(progress);
    }
    System.out.printf("\"%s\" is unpacked: %s%n", image, options.sizes(sizes));
    return 0;
  }

  private PackedImage unpackInput(ProgressLine progress) throws IOException, ImageException {
    return unpacker("standard input", progress)
        .unpack(new BufferedInputStream(System.in, BUFFER), 0, image);
  }

  private PackedImage unpackFile(ProgressLine progress) throws IOException, ImageException {
    Path path = Path.of(file);
    if (Files.isDirectory(path)) {
      throw new ImageException(
          "\""
              + file
              + "\" is not an archive of an image: it is a folder; give a file that crjvm pack made");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
      return unpacker("\"" + file + "\"", progress).unpack(in, Files.size(path), image);
    }
  }

  private ImageUnpacker unpacker(String archive, ProgressLine progress)
      throws IOException, ImageException {
    Identities own = identities == null ? Identities.NONE : Identities.read(identities);
    return new ImageUnpacker(archive, trust.keys(), own, options.threads(), progress);
  }
}
