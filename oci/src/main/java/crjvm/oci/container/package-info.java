/** Container images of base, application and checkpoint, in layers. */
package crjvm.oci.container;
