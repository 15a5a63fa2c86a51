/**
 * The part of images that depends on the processor, as interfaces. Each machine has a package with
 * its implementation, which no other package uses but {@code machines}.
 */
package crjvm.image.arch;
