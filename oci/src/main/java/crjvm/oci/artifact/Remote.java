package crjvm.oci.artifact;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import crjvm.oci.artifact.block.MediaType;
import crjvm.oci.registry.ClientFailure;
import crjvm.oci.registry.Connection;
import crjvm.oci.registry.RegistryText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import land.oras.Config;
import land.oras.ContainerRef;
import land.oras.Index;
import land.oras.Layer;
import land.oras.Manifest;
import land.oras.ManifestDescriptor;
import land.oras.Registry;
import land.oras.exception.OrasException;

/**
 * A tag in a registry. Content from there is used only if it has the requested digest. A tag itself
 * has none.
 */
final class Remote {
  private static final Pattern PLACE =
      Pattern.compile(
          "oci://([A-Za-z0-9.-]+|\\[[0-9a-f:]+\\])(:\\d{1,5})?"
              + "(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)+"
              + "(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}|@sha256:[0-9a-f]{64})");

  private static final String DIGEST = "sha256:[0-9a-f]{64}";

  private final String shown;
  private final Connection connection;
  private final ContainerRef reference;
  private final Registry registry;
  private final AtomicLong transferred = new AtomicLong();

  private Remote(Connection connection) {
    this.shown = connection.repository().shown();
    this.connection = connection;
    this.reference = connection.reference();
    this.registry = connection.registry();
  }

  /**
   * Prepares the access to a tag.
   *
   * @param place {@code oci://HOST/NAME:TAG} or {@code oci://HOST/NAME@sha256:DIGEST}
   */
  static Remote of(String place, boolean plainHttp) throws ImageException {
    if (!PLACE.matcher(place).matches()) {
      throw noPlace(place, null);
    }
    return new Remote(Connection.of(place, reference(place), plainHttp));
  }

  static ContainerRef reference(String place) throws ImageException {
    try {
      return Connection.reference(place.substring("oci://".length()));
    } catch (IllegalArgumentException e) {
      throw noPlace(place, e);
    }
  }

  private static ImageException noPlace(String place, Exception e) {
    return new ImageException(
        Names.quote(place) + " is not a place in a registry; give oci://HOST/NAME:TAG", e);
  }

  /**
   * Finds out whether the registry would accept content, before there is any.
   *
   * @throws ImageException if it would not
   */
  void askToWrite() throws ImageException, InterruptedException {
    connection.askToWrite();
  }

  private <T> T call(Connection.Call<T> work) throws IOException, ImageException {
    return connection.call(work);
  }

  /**
   * Returns the index of the tag, which contains only images of this version, or empty if the tag
   * does not exist. For the digest of a single variant it is an index with that one.
   */
  Optional<Index> index() throws IOException, ImageException {
    try {
      RegistryText text = connection.read(reference);
      if (reference.getDigest() != null && !isIndex(text)) {
        return Optional.of(indexOf(reference.getDigest()));
      }
      if (!isIndex(text)) {
        throw somethingElse();
      }
      checkContent(reference.getDigest(), text.json(), "an index");
      Index index = Index.fromJson(text.json());
      List<ManifestDescriptor> entries = index.getManifests();
      // A container image for several machines has an index, too.
      for (ManifestDescriptor each : entries == null ? List.<ManifestDescriptor>of() : entries) {
        if (!isOfThisVersion(MediaType.CHECKPOINT, each.getArtifactType())) {
          throw somethingElse();
        }
      }
      return Optional.of(index);
    } catch (OrasException e) {
      if (ClientFailure.isNotFound(e)) {
        return Optional.empty();
      }
      throw connection.explain(e);
    }
  }

  private static boolean isIndex(RegistryText text) {
    return text.type() != null && text.type().contains("index");
  }

  private Index indexOf(String digest) throws IOException, ImageException {
    Manifest manifest = manifest(digest);
    return Index.fromManifests(
        List.of(
            ManifestDescriptor.of(manifest.getMediaType(), digest, 0)
                .withArtifactType(MediaType.CHECKPOINT.text())
                .withAnnotations(manifest.getAnnotations())));
  }

  /** Compares a text of the registry with the digest that was asked for, if it was. */
  private void checkContent(String digest, String text, String what) throws ImageException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (digest != null && !digest.equals("sha256:" + Digest.sha256(bytes))) {
      throw wrong(what + " has another digest");
    }
  }

  private ImageException somethingElse() {
    return new ImageException("\"" + shown + "\" is not an image of crjvm; choose another tag");
  }

  /**
   * Returns whether a part of the artifact has the right type.
   *
   * @throws ImageException if it has, but in another version
   */
  private boolean isOfThisVersion(MediaType type, String given) throws ImageException {
    if (type.isOfAnotherVersion(given)) {
      throw new ImageException(
          "\""
              + shown
              + "\" was made by another version of crjvm: it has the type "
              + Names.quote(given)
              + ", and here it is \""
              + type.text()
              + "\"; use that version, or choose another tag");
    }
    return type.is(given);
  }

  ImageException missing() {
    return new ImageException("there is no \"" + shown + "\" in the registry; check the name");
  }

  ImageException wrong(String what) {
    return new ImageException(
        "\"" + shown + "\" was not made by crjvm push: " + what + "; do not trust it");
  }

  String shown() {
    return shown;
  }

  /** Returns a variant's manifest. */
  Manifest manifest(String digest) throws IOException, ImageException {
    checkDigest(digest);
    String json = readText(digest);
    checkContent(digest, json, "a manifest");
    Manifest manifest = call(() -> Manifest.fromJson(json));
    if (!isOfThisVersion(MediaType.CHECKPOINT, manifest.getArtifactTypeAsString())) {
      throw wrong("one of its manifests is not an image's");
    }
    for (Layer each : manifest.getLayers()) {
      if (!isOfThisVersion(MediaType.BLOCKS, each.getMediaType())
          && !isOfThisVersion(MediaType.DELTA, each.getMediaType())
          && !isOfThisVersion(MediaType.BLOCK, each.getMediaType())) {
        throw wrong("a layer is not a block");
      }
    }
    return manifest;
  }

  /** Returns a blob of a known size. */
  byte[] blob(String digest, int size) throws IOException, ImageException {
    checkDigest(digest);
    byte[] bytes =
        call(
            () -> {
              try (InputStream in = registry.fetchBlob(reference.withDigest(digest))) {
                return in.readNBytes(size + 1);
              }
            });
    transferred.addAndGet(bytes.length);
    if (bytes.length != size || !digest.equals("sha256:" + Digest.sha256(bytes))) {
      throw wrong("a layer has another digest");
    }
    return bytes;
  }

  private String readText(String digest) throws IOException, ImageException {
    try {
      return connection.read(reference.withDigest(digest)).json();
    } catch (OrasException e) {
      throw connection.explain(e);
    }
  }

  private void checkDigest(String digest) throws ImageException {
    if (digest == null || !digest.matches(DIGEST)) {
      throw wrong("a digest is malformed");
    }
  }

  /** Puts a blob in the registry, unless it is there already. */
  String push(byte[] bytes) throws IOException, ImageException {
    String digest = "sha256:" + Digest.sha256(bytes);
    call(
        () ->
            registry.pushBlob(
                reference.withDigest(digest),
                bytes.length,
                () -> {
                  transferred.addAndGet(bytes.length);
                  return new ByteArrayInputStream(bytes);
                },
                Map.of()));
    return digest;
  }

  /** Puts a manifest in the registry, under its digest. */
  ManifestDescriptor push(Manifest manifest) throws IOException, ImageException {
    byte[] bytes = manifest.toJson().getBytes(StandardCharsets.UTF_8);
    String digest = "sha256:" + Digest.sha256(bytes);
    call(
        () -> {
          registry.pushConfig(reference, Config.empty());
          return registry.pushManifest(reference.withDigest(digest), manifest);
        });
    transferred.addAndGet(bytes.length);
    return ManifestDescriptor.of(manifest.getMediaType(), digest, bytes.length);
  }

  /** Assigns these variants to the tag. */
  void push(Index index) throws IOException, ImageException {
    call(() -> registry.pushIndex(reference, index));
  }

  /** Returns the number of bytes of content that were transferred in either direction. */
  long transferred() {
    return transferred.get();
  }
}
