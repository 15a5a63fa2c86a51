package crjvm.oci.artifact;

/**
 * The size of a transfer between an image and a registry, in bytes.
 *
 * @param content the bytes of the image, without holes
 * @param transferred the compressed bytes that were transferred
 * @param blocks the number of blocks
 */
public record Sizes(long content, long transferred, int blocks) {}
