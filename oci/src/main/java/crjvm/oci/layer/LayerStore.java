package crjvm.oci.layer;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The parts of a container image, in files that are named by their digests. A layer is read,
 * compressed and written once.
 */
public final class LayerStore {
  private static final String ALGORITHM = "sha256:";

  private final Path folder;
  private final Compression compression;
  private final LongConsumer progress;

  /**
   * Prepares a store.
   *
   * @param folder an existing folder
   * @param compression the compression of new layers
   * @param progress receives the sizes of the files that were written into layers
   */
  public LayerStore(Path folder, Compression compression, LongConsumer progress) {
    this.folder = folder;
    this.compression = compression;
    this.progress = progress;
  }

  /** The content of a layer. */
  public interface Content {
    void writeTo(LayerTar tar) throws IOException, ImageException;
  }

  /** Writes a layer. */
  public StoredLayer add(String name, Content content) throws IOException, ImageException {
    Path file = unnamed();
    MessageDigest digest = Digest.sha256();
    String diffId;
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest);
        LayerTar tar = new LayerTar(compression.compress(out), progress)) {
      content.writeTo(tar);
      diffId = tar.finish();
    }
    return stored(name, diffId, file, digest, compression);
  }

  /**
   * Takes over a layer that exists. It keeps its bytes, unless it is not compressed, or gzip is
   * asked for and it has something else.
   *
   * @param diffId the digest of its tar stream
   */
  public StoredLayer adopt(String name, String diffId, InputStream layer) throws IOException {
    Path file = unnamed();
    MessageDigest digest = Digest.sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
      layer.transferTo(out);
    }
    Optional<Compression> found = Compression.of(file);
    if (found.isPresent() && (found.get() == compression || found.get() == Compression.GZIP)) {
      return stored(name, diffId, file, digest, found.get());
    }
    Path packed = folder.resolve("packed");
    MessageDigest other = Digest.sha256();
    try (InputStream in = Compression.open(file);
        OutputStream out =
            compression.compress(new DigestOutputStream(Files.newOutputStream(packed), other))) {
      in.transferTo(out);
    }
    Files.delete(file);
    return stored(name, diffId, packed, other, compression);
  }

  private StoredLayer stored(
      String name, String diffId, Path file, MessageDigest digest, Compression compression)
      throws IOException {
    long size = Files.size(file);
    return new StoredLayer(name, diffId, store(file, digest), size, compression.type());
  }

  /** Returns the plain tar stream of a layer. */
  public InputStream open(StoredLayer layer) throws IOException {
    return Compression.open(path(layer.digest()));
  }

  /** Stores a small part and returns its digest. */
  public String add(byte[] content) throws IOException {
    Path file = unnamed();
    Files.write(file, content);
    MessageDigest digest = Digest.sha256();
    digest.update(content);
    return store(file, digest);
  }

  private Path unnamed() {
    return folder.resolve("unnamed");
  }

  private String store(Path file, MessageDigest digest) throws IOException {
    String name = ALGORITHM + HexFormat.of().formatHex(digest.digest());
    Files.move(file, path(name), StandardCopyOption.REPLACE_EXISTING);
    return name;
  }

  /** Returns the file with a digest. */
  public Path path(String digest) {
    return folder.resolve(digest.substring(ALGORITHM.length()));
  }
}
