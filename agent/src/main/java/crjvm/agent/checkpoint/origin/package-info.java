/** The start of the JVM, and the image that it was restored from. */
package crjvm.agent.checkpoint.origin;
