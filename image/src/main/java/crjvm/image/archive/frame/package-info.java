/** Zstd frames: how a stream is cut into them, compressed by several threads, and read again. */
package crjvm.image.archive.frame;
