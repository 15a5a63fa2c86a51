package crjvm.image.archive;

/**
 * Sizes of an image and its archive, in bytes.
 *
 * @param apparent of the image's files, holes included
 * @param data without the holes: what they take on disk
 * @param archive of the archive
 */
public record PackedImage(long apparent, long data, long archive) {}
