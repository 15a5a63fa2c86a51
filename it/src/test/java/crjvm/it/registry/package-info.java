/** Images and container images in registries, and the store of a machine. */
package crjvm.it.registry;
