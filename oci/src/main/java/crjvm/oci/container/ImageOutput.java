package crjvm.oci.container;

import com.google.cloud.tools.jib.api.ImageReference;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import crjvm.image.arch.Architecture;
import crjvm.image.archive.frame.Progress;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.layer.StoredLayer;
import crjvm.oci.registry.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import land.oras.ContainerRef;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The place that a container image is written to. The image is first a folder with an OCI layout.
 * Then its blobs are sent or packed, or the folder is moved to its place.
 */
final class ImageOutput implements AutoCloseable {
  private static final String INDEX = PlatformIndex.TYPE;
  private static final String MANIFEST = PlatformIndex.MANIFEST;
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final JsonMapper JSON = new JsonMapper();

  private final Target target;
  private final Path layout;

  /** The registry, or null for a place on disk. */
  private final Connection connection;

  private ImageOutput(Target target, Path layout, Connection connection) {
    this.target = target;
    this.layout = layout;
    this.connection = connection;
  }

  /**
   * Finds out whether a container image can be written there, before there is one.
   *
   * @param temporary a folder that is deleted after the build
   * @throws ImageException if it can't
   */
  static ImageOutput to(Target target, Path temporary, boolean plainHttp)
      throws IOException, ImageException, InterruptedException {
    Path layout = temporary.resolve("layout");
    Connection connection = null;
    if (target.kind() == Target.Kind.REGISTRY) {
      ImageReference name = target.name();
      String tag = name.getTag().orElse("latest");
      String place = name.getRegistry() + "/" + name.getRepository() + ":" + tag;
      connection = Connection.of(name.toString(), Connection.reference(place), plainHttp);
      connection.askToWrite();
    } else if (target.kind() == Target.Kind.LAYOUT) {
      LayoutFolder.check(target.path());
      Files.createDirectories(target.path().getParent());
      layout = PartialName.beside(target.path());
    }
    Files.createDirectories(layout.resolve(LayoutFolder.BLOBS));
    return new ImageOutput(target, layout, connection);
  }

  /** Returns the folder for the blobs. */
  Path blobs() {
    return layout.resolve(LayoutFolder.BLOBS);
  }

  /**
   * Writes the container image.
   *
   * @param machine the kind of machine that it is for
   * @return its digest
   */
  String write(
      LayerStore store,
      Architecture machine,
      byte[] config,
      List<StoredLayer> layers,
      Progress progress)
      throws IOException, ImageException {
    String configDigest = store.add(config);
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MANIFEST);
    describe(manifest.putObject("config"), CONFIG, configDigest, config.length);
    ArrayNode array = manifest.putArray("layers");
    for (StoredLayer each : layers) {
      describe(array.addObject(), each.type(), each.digest(), each.size());
    }
    String text = JSON.writeValueAsString(manifest);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    String digest = store.add(bytes);
    if (connection != null) {
      push(store, layers, progress);
      push(configDigest, store.path(configDigest));
      if (target.isAppended()) {
        push(text, connection.reference().withDigest(digest));
        new PlatformIndex(connection).append(machine, digest, bytes.length);
      } else {
        push(text, connection.reference());
      }
      return digest;
    }
    writeIndex(digest, bytes.length);
    writeDockerManifest(configDigest, layers);
    if (target.kind() == Target.Kind.LAYOUT) {
      LayoutFolder.publish(layout, target.path());
    } else {
      pack();
    }
    return digest;
  }

  private void push(String manifest, ContainerRef reference) throws IOException, ImageException {
    connection.call(
        () -> connection.registry().pushManifest(reference, land.oras.Manifest.fromJson(manifest)));
  }

  private static void describe(ObjectNode node, String type, String digest, long size) {
    node.put("mediaType", type).put("digest", digest).put("size", size);
  }

  private void push(LayerStore store, List<StoredLayer> layers, Progress progress)
      throws IOException, ImageException {
    long total = layers.stream().mapToLong(StoredLayer::size).sum();
    long done = 0;
    for (StoredLayer each : layers) {
      push(each.digest(), store.path(each.digest()));
      done += each.size();
      progress.at(done, total);
    }
  }

  /** Puts a blob in the registry, unless it is there already. */
  private void push(String digest, Path blob) throws IOException, ImageException {
    long size = Files.size(blob);
    connection.call(
        () ->
            connection
                .registry()
                .pushBlob(
                    connection.reference().withDigest(digest), size, () -> open(blob), Map.of()));
  }

  private static InputStream open(Path blob) {
    try {
      return Files.newInputStream(blob);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeIndex(String digest, long size) throws IOException {
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", INDEX);
    ObjectNode manifest = index.putArray("manifests").addObject();
    describe(manifest, MANIFEST, digest, size);
    manifest
        .putObject("annotations")
        .put("org.opencontainers.image.ref.name", target.name().toStringWithQualifier());
    Files.writeString(layout.resolve("index.json"), JSON.writeValueAsString(index));
  }

  /** Writes what {@code docker load} reads in place of the index. */
  private void writeDockerManifest(String configDigest, List<StoredLayer> layers)
      throws IOException {
    ArrayNode manifest = JSON.createArrayNode();
    ObjectNode entry = manifest.addObject();
    entry.put("Config", file(configDigest));
    entry.putArray("RepoTags").add(target.name().toStringWithQualifier());
    ArrayNode array = entry.putArray("Layers");
    layers.forEach(each -> array.add(file(each.digest())));
    Files.writeString(layout.resolve("manifest.json"), JSON.writeValueAsString(manifest));
  }

  private static String file(String digest) {
    return "blobs/" + digest.replace(':', '/');
  }

  private void pack() throws IOException {
    Files.createDirectories(target.path().getParent());
    Path archive = PartialName.beside(target.path());
    try {
      LayoutFolder.pack(layout, archive);
      Files.move(archive, target.path(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  /** Deletes what was not published. */
  @Override
  public void close() throws IOException {
    OwnFiles.delete(layout);
  }
}
