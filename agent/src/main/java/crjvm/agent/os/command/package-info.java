/** Other programs that this process starts, or that it becomes. */
package crjvm.agent.os.command;
