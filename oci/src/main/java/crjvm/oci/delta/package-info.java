/** Deltas: the memory of an image as its differences from the memory of another image. */
package crjvm.oci.delta;
