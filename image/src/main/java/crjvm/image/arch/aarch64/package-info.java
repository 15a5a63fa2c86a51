/** The part of images that depends on aarch64. The restorer's folder aarch64 is the other side. */
package crjvm.image.arch.aarch64;
