/** Images in registries: blocks of files, and variants under one tag. */
package crjvm.oci.artifact;
