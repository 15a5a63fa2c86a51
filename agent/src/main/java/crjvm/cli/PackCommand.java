package crjvm.cli;

import crjvm.image.ImageException;
import crjvm.image.archive.ImagePacker;
import crjvm.image.archive.PackedImage;
import crjvm.image.archive.Recipients;
import crjvm.image.archive.frame.ProgressLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code pack}, which packs an image into one file. */
@Command(
    name = "pack",
    description =
        "Packs an image into one file: a tar archive, compressed by zstd, with checksums.",
    mixinStandardHelpOptions = true)
final class PackCommand implements Callable<Integer> {
  private static final int MAX_LEVEL = 22;

  @Spec private CommandSpec spec;

  private int level = 3;

  @Mixin private ArchiveOptions options;

  @Parameters(index = "0", paramLabel = "DIR", description = "the image")
  private Path image;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "the archive; one that is there is replaced; -: standard output")
  private String file;

  @Option(
      names = "--encrypt",
      paramLabel = "RECIPIENT",
      description =
          "encrypt the archive (age) for this X25519 recipient, age1...; may be repeated: each can"
              + " decrypt it")
  private List<String> recipients = List.of();

  @Option(
      names = "--level",
      paramLabel = "N",
      description = "zstd's level, from 1, fast, to 22, small (default: 3)")
  private void setLevel(int number) {
    if (number < 1 || number > MAX_LEVEL) {
      throw new ParameterException(
          spec.commandLine(), "--level takes a number from 1 to " + MAX_LEVEL);
    }
    level = number;
  }

  @Override
  public Integer call() throws Exception {
    boolean isStream = file.equals(ArchiveOptions.STREAM);
    PackedImage sizes;
    try (ProgressLine progress = options.progress("packing")) {
      ImagePacker packer =
          new ImagePacker(image, level, Recipients.parse(recipients), options.threads(), progress);
      sizes = isStream ? packToOutput(packer) : packer.pack(Path.of(file));
    }
    // The archive may be on standard output.
    (isStream ? System.err : System.out)
        .printf("\"%s\" is packed: %s%n", image, options.sizes(sizes));
    return 0;
  }

  private static PackedImage packToOutput(ImagePacker packer) throws IOException, ImageException {
    if (ProgressLine.isTerminal(1)) {
      throw new ImageException(
          "an archive can't be written to a terminal; give a file, or redirect the output");
    }
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        FileChannel channel = out.getChannel()) {
      return packer.pack(channel);
    }
  }
}
