/**
 * The training of command-line tools: runs of their main method in this JVM before the checkpoint.
 */
package crjvm.agent.tool;
