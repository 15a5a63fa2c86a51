package crjvm.image.archive;

import crjvm.image.ImageException;
import crjvm.image.ImagePlace;
import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.frame.FrameOutput;
import crjvm.image.archive.frame.Progress;
import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.archive.tar.SparseMap;
import crjvm.image.archive.tar.TarInput;
import crjvm.image.archive.tar.TarOutput;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.signature.ImageSignature;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Packs an image: the files that its manifest names and nothing else from its folder. */
public final class ImagePacker {
  private record Member(FileChannel file, TarInput.Entry entry) {}

  private final Path image;
  private final int level;
  private final Recipients recipients;
  private final int threads;
  private final Progress progress;

  /**
   * Prepares the packing of an image.
   *
   * @param level the level of zstd, 1 to 22
   * @param recipients the recipients that the archive is encrypted for
   */
  public ImagePacker(Path image, int level, Recipients recipients, int threads, Progress progress) {
    this.image = image;
    this.level = level;
    this.recipients = recipients;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Creates a file that only its owner can read. The file is complete and on disk, or it does not
   * exist.
   */
  public PackedImage pack(Path archive) throws IOException, ImageException {
    Path place = archive.toAbsolutePath().normalize();
    if (place.getFileName() == null || isTaken(place)) {
      throw new ImageException(
          "\"" + archive + "\" exists and is not an archive; remove it or choose another file");
    }
    try (PartialPath partial = PartialPath.beside(place)) {
      PackedImage sizes;
      try (FileChannel out =
          FileChannel.open(
              partial.path(),
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        sizes = pack(out);
        out.force(true);
      }
      Files.move(partial.path(), place, StandardCopyOption.ATOMIC_MOVE);
      ImagePlace.force(place.getParent());
      return sizes;
    }
  }

  /**
   * Returns whether a file exists that must not be replaced. Archives may be replaced, also those
   * of an earlier crjvm.
   */
  private static boolean isTaken(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!Files.isRegularFile(place)) {
      return true;
    }
    try (InputStream in = Files.newInputStream(place)) {
      byte[] start = in.readNBytes(ArchiveFormat.AGE.length);
      return start.length > 0 && !isZstd(start) && !Arrays.equals(start, ArchiveFormat.AGE);
    }
  }

  private static boolean isZstd(byte[] start) {
    return start.length >= Integer.BYTES
        && ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt()
            == ArchiveFormat.ZSTD_MAGIC;
  }

  /** Writes an archive to a channel from which it can't be removed again. */
  public PackedImage pack(WritableByteChannel out) throws IOException, ImageException {
    Manifest manifest = ImageVerifier.verifyFiles(image);
    ZstdLibrary.load();
    CountedChannel counted = new CountedChannel(out);
    WritableByteChannel stream = recipients.encrypt(counted);
    PackedImage sizes = pack(manifest, stream);
    stream.close(); // not after a failure, as an archive without its end is not accepted
    return new PackedImage(sizes.apparent(), sizes.data(), counted.count());
  }

  private PackedImage pack(Manifest manifest, WritableByteChannel out)
      throws IOException, ImageException {
    List<Member> members = new ArrayList<>();
    try (FrameOutput frames = new FrameOutput(out, threads, level)) {
      for (String name : names(manifest)) {
        members.add(member(name));
      }
      long apparent = members.stream().mapToLong(member -> member.entry().map().size()).sum();
      long data = members.stream().mapToLong(member -> member.entry().map().data()).sum();
      TarOutput tar = new TarOutput(frames, data, progress);
      // The folder's own time changes when it is unpacked. The manifest's time lets the same image
      // give the same bytes.
      tar.begin(members.get(0).entry().modified());
      for (Member member : members) {
        write(tar, member);
      }
      tar.end();
      return new PackedImage(apparent, data, frames.written());
    } finally {
      for (Member member : members) {
        member.file().close();
      }
    }
  }

  /**
   * Returns the names of the files. The manifest comes first, as it says which files follow, and
   * then its signature, which says whether to trust it.
   */
  private List<String> names(Manifest manifest) throws ImageException {
    List<String> names = new ArrayList<>();
    names.add(Manifest.FILE);
    if (Files.exists(image.resolve(ImageSignature.FILE))) {
      names.add(ImageSignature.FILE);
    }
    names.addAll(ImageFiles.sizes(manifest).keySet());
    return names;
  }

  private Member member(String name) throws IOException, ImageException {
    Path path = image.resolve(name);
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      SparseMap map = SparseMap.scan(file, file.size());
      return new Member(file, new TarInput.Entry(name, modified(path), map));
    } catch (EOFException e) {
      file.close();
      throw changed(name);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void write(TarOutput tar, Member member) throws IOException, ImageException {
    try {
      tar.file(member.entry(), member.file());
    } catch (EOFException e) {
      throw changed(member.entry().name());
    }
  }

  private ImageException changed(String name) {
    return new ImageException(
        "\"" + image.resolve(name) + "\" became shorter while it was packed; pack it again");
  }

  private static long modified(Path path) throws IOException {
    return Files.getLastModifiedTime(path).to(TimeUnit.SECONDS);
  }
}
