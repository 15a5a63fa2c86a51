/** Reads ELF files and HotSpot's own data structures for the compiler. */
package crjvm.image.jvm;
