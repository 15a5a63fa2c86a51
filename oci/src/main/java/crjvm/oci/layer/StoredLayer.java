package crjvm.oci.layer;

/**
 * A layer in a {@link LayerStore}.
 *
 * @param name what is in it, for the history of the container image
 * @param diffId the digest of its tar stream, {@code sha256:…}
 * @param digest the digest of its compressed form, {@code sha256:…}
 * @param size the size of its compressed form in bytes
 * @param type the media type
 */
public record StoredLayer(String name, String diffId, String digest, long size, String type) {}
