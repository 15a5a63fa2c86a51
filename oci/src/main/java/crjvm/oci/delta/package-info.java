/** Deltas: the memory of an image as what another image does not say. */
package crjvm.oci.delta;
