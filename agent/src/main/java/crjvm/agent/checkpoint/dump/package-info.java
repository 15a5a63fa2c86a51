/** The dump, and the information for the image that only the JVM has. */
package crjvm.agent.checkpoint.dump;
