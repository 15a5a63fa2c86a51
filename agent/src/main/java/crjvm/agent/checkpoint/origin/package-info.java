/** How the JVM was started, and what it was restored from. */
package crjvm.agent.checkpoint.origin;
