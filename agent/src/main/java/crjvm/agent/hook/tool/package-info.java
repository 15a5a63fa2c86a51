/** Hooks for the training of tools: calls that end the JVM, and classes that are initialised. */
package crjvm.agent.hook.tool;
