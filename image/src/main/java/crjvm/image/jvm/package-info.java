/** What the compiler has to know of ELF files and of HotSpot's own data structures. */
package crjvm.image.jvm;
