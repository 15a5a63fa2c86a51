package crjvm.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreTest {
  private static final Instant TIME = Instant.parse("2026-02-03T04:05:06.007000008Z");

  @TempDir private Path folder;
  private LayerStore zstd;
  private LayerStore gzip;
  private long written;

  @BeforeEach
  void makeStores() throws Exception {
    zstd = store("zstd", Compression.ZSTD);
    gzip = store("gzip", Compression.GZIP);
  }

  private LayerStore store(String name, Compression compression) throws Exception {
    Path blobs = Files.createDirectory(folder.resolve(name));
    return new LayerStore(blobs, compression, size -> written += size);
  }

  private LayerFiles files() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "content");
    LayerFiles files = new LayerFiles();
    files.add("/srv/app/file", file, 0640, TIME, "4711:4712");
    files.addFolder("/var/tmp/work", "1:2");
    files.addFolder("/srv/app", "3:4"); // the folder is there already
    return files;
  }

  private static List<String> list(InputStream plain) throws Exception {
    List<String> lines = new ArrayList<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        assertThat(entry.getUserName()).isEmpty();
        assertThat(entry.getGroupName()).isEmpty();
        lines.add(
            String.format(
                "%s %o %d:%d %s %s",
                entry.getName(),
                entry.getMode() & 07777,
                entry.getLongUserId(),
                entry.getLongGroupId(),
                entry.getLastModifiedTime().toInstant(),
                new String(tar.readAllBytes(), StandardCharsets.UTF_8)));
      }
    }
    return lines;
  }

  @Test
  void aLayerHasItsFilesAndTheFoldersAboveThem() throws Exception {
    StoredLayer layer = zstd.add("application", files()::writeTo);
    assertThat(list(zstd.open(layer)))
        .containsExactly(
            "srv/ 755 0:0 1970-01-01T00:00:01Z ",
            "srv/app/ 755 0:0 1970-01-01T00:00:01Z ",
            "srv/app/file 640 4711:4712 " + TIME + " content",
            "var/ 755 0:0 1970-01-01T00:00:01Z ",
            "var/tmp/ 1777 0:0 1970-01-01T00:00:01Z ",
            "var/tmp/work/ 755 1:2 1970-01-01T00:00:01Z ");
    assertThat(layer.name()).isEqualTo("application");
    assertThat(layer.type()).isEqualTo("application/vnd.oci.image.layer.v1.tar+zstd");
    assertThat(layer.size()).isEqualTo(Files.size(zstd.path(layer.digest())));
    assertThat(layer.digest()).isEqualTo("sha256:" + Digest.sha256(zstd.path(layer.digest())));
    try (InputStream plain = zstd.open(layer)) {
      assertThat(layer.diffId()).isEqualTo("sha256:" + Digest.sha256(plain.readAllBytes()));
    }
    assertThat(written).isEqualTo("content".length());
  }

  @Test
  void theSameFilesGiveTheSameLayer() throws Exception {
    StoredLayer layer = zstd.add("application", files()::writeTo);
    String user = System.setProperty("user.name", "somebody else");
    try {
      assertThat(store("again", Compression.ZSTD).add("application", files()::writeTo))
          .isEqualTo(layer);
    } finally {
      System.setProperty("user.name", user);
    }
    StoredLayer other = gzip.add("application", files()::writeTo);
    assertThat(other.diffId()).isEqualTo(layer.diffId());
    assertThat(other.type()).isEqualTo("application/vnd.oci.image.layer.v1.tar+gzip");
  }

  private static StoredLayer adopted(LayerStore store, String diffId, byte[] blob)
      throws Exception {
    return store.adopt("base", diffId, new ByteArrayInputStream(blob));
  }

  @Test
  void aLayerOfABaseKeepsItsBytes_UnlessGzipIsAskedFor() throws Exception {
    StoredLayer packed = zstd.add("base", files()::writeTo);
    StoredLayer zipped = gzip.add("base", files()::writeTo);
    byte[] ofZstd = Files.readAllBytes(zstd.path(packed.digest()));
    byte[] ofGzip = Files.readAllBytes(gzip.path(zipped.digest()));
    byte[] plain;
    try (InputStream in = zstd.open(packed)) {
      plain = in.readAllBytes();
    }
    LayerStore store = store("other", Compression.ZSTD);
    assertThat(adopted(store, packed.diffId(), ofZstd)).isEqualTo(packed);
    assertThat(adopted(store, packed.diffId(), ofGzip)).isEqualTo(zipped);
    StoredLayer compressed = adopted(store, packed.diffId(), plain);
    assertThat(compressed.type()).isEqualTo(packed.type());
    try (InputStream in = store.open(compressed)) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }

    LayerStore older = store("older", Compression.GZIP);
    assertThat(adopted(older, packed.diffId(), ofZstd)).isEqualTo(zipped);
    assertThat(adopted(older, packed.diffId(), ofGzip)).isEqualTo(zipped);
    assertThat(adopted(older, packed.diffId(), plain)).isEqualTo(zipped);
    assertThat(folder.resolve("older").toFile().list()).hasSize(1);
  }
}
