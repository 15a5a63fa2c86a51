/** The part of images that depends on x86-64. The restorer's folder x86_64 is the other side. */
package crjvm.image.arch.x86_64;
