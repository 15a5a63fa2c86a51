/** The communication between {@code crjvm checkpoint PID} and the agent in that JVM. */
package crjvm.attach;
