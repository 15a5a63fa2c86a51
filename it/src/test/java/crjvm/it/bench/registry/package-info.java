/** Registries, for the tests of several packages. */
package crjvm.it.bench.registry;
