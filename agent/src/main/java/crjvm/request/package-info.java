/** What {@code crjvm checkpoint PID} and the agent in that JVM say to each other. */
package crjvm.request;
