/** Containers, for the tests of several packages. */
package crjvm.it.bench.container;
