/** The application that is measured with several heap sizes. */
package crjvm.benchmark.startup.server;
