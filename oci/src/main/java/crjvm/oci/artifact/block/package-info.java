/**
 * Blocks of an image's files: where they end, the layers that hold them, and files made of them.
 */
package crjvm.oci.artifact.block;
