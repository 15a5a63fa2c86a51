/**
 * The comparison of a process that crjvm-restore has become with the one that CRIU restores, for
 * both processors.
 */
package crjvm.it.bench.equality;
