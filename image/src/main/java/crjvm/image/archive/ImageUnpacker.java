package crjvm.image.archive;

import com.exceptionfactory.jagged.PayloadException;
import crjvm.image.ImageException;
import crjvm.image.ImagePlace;
import crjvm.image.NameExchange;
import crjvm.image.PartialName;
import crjvm.image.archive.frame.ArchiveException;
import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.frame.FrameInput;
import crjvm.image.archive.frame.Progress;
import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.archive.tar.Numbers;
import crjvm.image.archive.tar.SparseMap;
import crjvm.image.archive.tar.TarInput;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.image.signature.ImageSignature;
import crjvm.image.signature.TrustedKeys;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Unpacks an archive, which may come from an untrusted source. */
public final class ImageUnpacker {
  private static final long MAX_MANIFEST = 64 << 20;

  private final String archive;
  private final TrustedKeys trusted;
  private final Identities identities;
  private final int threads;
  private final Progress progress;

  /**
   * Prepares the unpacking of an archive.
   *
   * @param archive the archive's name in messages
   * @param trusted the keys whose images are accepted
   * @param identities the identities for an encrypted archive
   */
  public ImageUnpacker(
      String archive, TrustedKeys trusted, Identities identities, int threads, Progress progress) {
    this.archive = archive;
    this.trusted = trusted;
    this.identities = identities;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Unpacks the whole archive, checks it, and only then puts the image in its place.
   *
   * @param in the archive
   * @param total its size in bytes, or 0 if it is unknown
   * @param image a folder that does not exist, is empty, or is an image, which is replaced
   */
  public PackedImage unpack(InputStream in, long total, Path image)
      throws IOException, ImageException {
    Path path = image.toAbsolutePath().normalize();
    ImagePlace place = new ImagePlace(path);
    if (path.getFileName() == null || place.isTaken()) {
      throw new ImageException(
          "\"" + image + "\" exists and is not an image; remove it or choose another folder");
    }
    ZstdLibrary.load();
    InputStream plain = decrypt(in);
    Files.createDirectories(path.getParent());
    try (PartialPath partial = PartialPath.beside(path)) {
      PartialName.createFolder(partial.path());
      Path fresh = partial.path().resolve("image");
      createPrivate(fresh);
      PackedImage sizes = unpack(plain, total, fresh, path);
      place.publish(fresh, partial.path().resolve("replaced"), NameExchange.ofDistribution());
      return sizes;
    }
  }

  /**
   * Decrypts the archive if it is encrypted. The archive itself says whether it is, and this has to
   * match the options.
   */
  private InputStream decrypt(InputStream in) throws IOException, ImageException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(ArchiveFormat.AGE.length);
    boolean isEncrypted =
        Arrays.equals(buffered.readNBytes(ArchiveFormat.AGE.length), ArchiveFormat.AGE);
    buffered.reset();
    if (isEncrypted && identities.isEmpty()) {
      throw new ImageException(archive + " is encrypted; give --identity FILE");
    } else if (!isEncrypted && !identities.isEmpty()) {
      throw new ImageException(archive + " is not encrypted; leave out --identity");
    }
    return isEncrypted ? identities.decrypt(buffered, archive) : buffered;
  }

  private static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /**
   * Unpacks into a folder.
   *
   * @param shown the folder's name in messages
   */
  private PackedImage unpack(InputStream in, long total, Path folder, Path shown)
      throws IOException, ImageException {
    try (FrameInput frames = new FrameInput(in, threads, total, progress)) {
      Work work = new Work(new TarInput(frames), folder, trusted);
      try {
        run(work, frames);
        ImageVerifier.verifyContents(folder);
      } catch (PayloadException e) {
        throw undecryptable(e, frames.position());
      } catch (ImageException e) {
        String cause = e.getMessage().replace(folder.toString(), shown.toString());
        throw new ImageException(cause, e);
      }
      return new PackedImage(work.apparent, work.data, frames.position());
    }
  }

  private void run(Work work, FrameInput frames) throws IOException, ImageException {
    try {
      work.run();
    } catch (ArchiveException e) {
      throw explain(whatIsBehind(e, frames));
    }
  }

  /**
   * Reads on to the checksum at the end, because damage can look like forgery until that has been
   * checked.
   */
  private static ArchiveException whatIsBehind(ArchiveException found, FrameInput frames)
      throws IOException {
    if (found.kind() != ArchiveException.Kind.FORGED) {
      return found;
    }
    try {
      frames.drain();
      return found;
    } catch (ArchiveException damage) {
      return damage;
    }
  }

  private ImageException undecryptable(PayloadException e, long position) {
    return new ImageException(
        archive
            + " is damaged at byte "
            + position
            + " of its content or a little later: it can't be decrypted from there on; copy it"
            + " again, or pack the image again",
        e);
  }

  private ImageException explain(ArchiveException e) {
    return switch (e.kind()) {
      case FOREIGN ->
          new ImageException(
              archive
                  + " is not an archive of an image: "
                  + e.getMessage()
                  + "; give a file that crjvm pack made",
              e);
      case VERSION ->
          new ImageException(
              archive
                  + " is an archive of version "
                  + e.getMessage()
                  + ", this is for "
                  + ArchiveFormat.VERSION
                  + "; unpack it with the crjvm that packed it",
              e);
      case DAMAGED ->
          new ImageException(
              archive
                  + " is damaged "
                  + e.getMessage()
                  + "; copy it again, or pack the image again",
              e);
      case FORGED ->
          new ImageException(
              archive
                  + " was not made by crjvm pack, it has "
                  + e.getMessage()
                  + "; do not trust it",
              e);
    };
  }

  /** The unpacking of one archive into a folder. */
  private static final class Work {
    private final TarInput tar;
    private final Path folder;
    private final TrustedKeys trusted;
    private Map<String, Long> missing = Map.of(Manifest.FILE, MAX_MANIFEST);
    private long apparent;
    private long data;

    Work(TarInput tar, Path folder, TrustedKeys trusted) {
      this.tar = tar;
      this.folder = folder;
      this.trusted = trusted;
    }

    void run() throws IOException, ArchiveException, ImageException {
      tar.begin();
      TarInput.Entry entry = tar.next();
      if (entry != null) {
        takeManifest(entry);
        entry = takeSignature(tar.next());
        trusted.check(folder); // before anything else is written to the disk
      }
      for (; entry != null; entry = tar.next()) {
        check(entry);
        write(entry);
        missing.remove(entry.name());
      }
      if (!missing.isEmpty()) {
        String name = missing.keySet().iterator().next();
        throw ArchiveException.forged("no file " + Names.quote(name));
      }
      ImagePlace.force(folder);
    }

    private void takeManifest(TarInput.Entry entry)
        throws IOException, ArchiveException, ImageException {
      if (!entry.name().equals(Manifest.FILE)) {
        throw superfluous(entry);
      }
      if (entry.map().size() > MAX_MANIFEST) {
        throw wrongSize(entry);
      }
      write(entry);
      missing = filesOf(Manifest.read(folder));
    }

    /** Unpacks the signature, if the entry is one, and returns the entry that follows. */
    private TarInput.Entry takeSignature(TarInput.Entry entry)
        throws IOException, ArchiveException {
      if (entry == null || !entry.name().equals(ImageSignature.FILE)) {
        return entry;
      }
      if (entry.map().size() != ImageSignature.SIZE) {
        throw wrongSize(entry);
      }
      write(entry);
      return tar.next();
    }

    /**
     * Checks that each file comes once and has the size that the manifest says, so that nothing
     * else is written to the disk.
     */
    private void check(TarInput.Entry entry) throws ArchiveException {
      Long expected = missing.get(entry.name());
      if (expected == null) {
        throw superfluous(entry);
      }
      if (entry.map().size() != expected) {
        throw wrongSize(entry);
      }
    }

    private static ArchiveException superfluous(TarInput.Entry entry) {
      return ArchiveException.forged(
          "the file " + Names.quote(entry.name()) + " without need or for the second time");
    }

    private static ArchiveException wrongSize(TarInput.Entry entry) {
      return ArchiveException.forged(
          "the file " + Names.quote(entry.name()) + " with " + entry.map().size() + " bytes");
    }

    private static Map<String, Long> filesOf(Manifest manifest) throws ArchiveException {
      Map<String, Long> files = new LinkedHashMap<>();
      for (String line : manifest.all("file")) {
        String[] sizeAndName = line.split(" ", 2);
        String name = sizeAndName.length == 2 ? sizeAndName[1] : "";
        if (!Names.isSimple(name)
            || name.equals(Manifest.FILE)
            || name.equals(ImageSignature.FILE)
            || files.put(name, Numbers.parse(sizeAndName[0])) != null) {
          throw ArchiveException.forged("the line " + Names.quote(line) + " in its manifest");
        }
      }
      return files;
    }

    private void write(TarInput.Entry entry) throws IOException, ArchiveException {
      Path path = folder.resolve(entry.name());
      SparseMap map = entry.map();
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength(map.size());
        FileChannel channel = file.getChannel();
        tar.copy(
            map,
            (bytes, at) -> {
              while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
              }
            });
        Files.setLastModifiedTime(path, FileTime.from(entry.modified(), TimeUnit.SECONDS));
        // The archive's modes are not signed, and an image contains memory, so only its owner may
        // read it.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));
        channel.force(true);
      }
      apparent += map.size();
      data += map.data();
    }
  }
}
