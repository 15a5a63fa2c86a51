/** Compares ways to start a JVM application. */
package crjvm.benchmark.startup;
