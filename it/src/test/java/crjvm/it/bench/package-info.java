/** The tools of the tests: JVMs, commands, processes and images, as an ordinary user. */
package crjvm.it.bench;
