/** Knows all machines, and chooses one of them. */
package crjvm.image.arch.machines;
