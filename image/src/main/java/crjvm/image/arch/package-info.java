/** What images know of the processor; the restorer's folder x86_64 is the other side. */
package crjvm.image.arch;
