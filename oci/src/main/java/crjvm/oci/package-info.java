/** The commands of {@code crjvm-oci.jar}: {@code oci build}, {@code push}, {@code pull}. */
package crjvm.oci;
