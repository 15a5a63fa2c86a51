/** The compilation of memory: areas, the memory file, and the objects that areas map. */
package crjvm.image.compile.memory;
