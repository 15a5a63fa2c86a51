/** The moment of the dump, and what the image has to know that only the JVM can tell. */
package crjvm.agent.checkpoint.dump;
