/** The processor's part of images; the restorer's folder x86_64 is the other side. */
package crjvm.image.arch;
