/** How a registry is reached, who asks it, and what its failures mean. */
package crjvm.oci.registry;
