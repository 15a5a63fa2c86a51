/**
 * State of the application and of the JVM that a run changes, and that is brought back after it.
 */
package crjvm.agent.tool.state;
