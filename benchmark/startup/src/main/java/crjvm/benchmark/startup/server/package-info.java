/** The application of the heap-size series. */
package crjvm.benchmark.startup.server;
