package crjvm.oci.layer;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The compression of layers. The same content gives the same bytes, however many processors there
 * are.
 */
public enum Compression {
  ZSTD("zstd", "28b52ffd") {
    @Override
    OutputStream compress(OutputStream out, int threads) throws IOException {
      // A stream without workers has other bytes than one with any number of them.
      return new ZstdOutputStreamNoFinalizer(out, LEVEL).setWorkers(threads);
    }

    @Override
    InputStream decompress(InputStream in) throws IOException {
      return new ZstdInputStream(in);
    }
  },

  GZIP("gzip", "1f8b") {
    @Override
    OutputStream compress(OutputStream out, int threads) {
      return new GzipOutput(out, threads);
    }

    @Override
    InputStream decompress(InputStream in) throws IOException {
      return new GZIPInputStream(in, BUFFER);
    }
  };

  private static final int LEVEL = 9;
  private static final int BUFFER = 1 << 16;
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+";

  private final String text;

  /** The first bytes in hexadecimal digits. */
  private final String magic;

  Compression(String text, String magic) {
    this.text = text;
    this.magic = magic;
  }

  /** Returns the compression with a name that users write, {@code zstd} or {@code gzip}. */
  public static Optional<Compression> named(String text) {
    return Arrays.stream(values()).filter(each -> each.text.equals(text)).findFirst();
  }

  /** Returns the compression of a file by its first bytes, or empty if it has none. */
  static Optional<Compression> of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String first = HexFormat.of().formatHex(in.readNBytes(Integer.BYTES));
      return Arrays.stream(values()).filter(each -> first.startsWith(each.magic)).findFirst();
    }
  }

  /** Opens a file, compressed or not, and returns its plain content. */
  static InputStream open(Path file) throws IOException {
    Optional<Compression> compression = of(file);
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    return compression.isPresent() ? compression.get().decompress(in) : in;
  }

  /** Returns the media type of layers with this compression. */
  String type() {
    return LAYER + text;
  }

  /** Compresses with all processors. */
  OutputStream compress(OutputStream out) throws IOException {
    return compress(out, Runtime.getRuntime().availableProcessors());
  }

  abstract OutputStream compress(OutputStream out, int threads) throws IOException;

  abstract InputStream decompress(InputStream in) throws IOException;
}
