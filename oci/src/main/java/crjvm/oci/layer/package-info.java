/** The layers of container images: their tar streams, their compression and their digests. */
package crjvm.oci.layer;
