/** Releases, registries and container images. */
package crjvm.it.delivery;
