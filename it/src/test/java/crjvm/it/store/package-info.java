/** Servers that keep data, and servers that don't. */
package crjvm.it.store;
