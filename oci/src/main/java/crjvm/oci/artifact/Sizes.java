package crjvm.oci.artifact;

/**
 * What went between an image and a registry, in bytes.
 *
 * @param content of the image, without holes
 * @param transferred compressed
 * @param blocks their number
 */
public record Sizes(long content, long transferred, int blocks) {}
