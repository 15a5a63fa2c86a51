package crjvm.image.archive;

/**
 * Sizes of an image and its archive, in bytes.
 *
 * @param apparent the size of the image's files, holes included
 * @param data their size without the holes, which is the space they take on disk
 * @param archive the size of the archive
 */
public record PackedImage(long apparent, long data, long archive) {}
