/** Registries: how they are reached, who logs in there, and what they answer. */
package crjvm.oci.registry;
