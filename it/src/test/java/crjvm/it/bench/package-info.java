/** What the tests are made with: JVMs, commands, processes and images, as an ordinary user. */
package crjvm.it.bench;
