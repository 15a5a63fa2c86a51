/** Container images of base, application and image, in layers. */
package crjvm.oci.container;
