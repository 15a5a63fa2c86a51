/** Checks for conditions that keep a process from being dumped, or its copies from working. */
package crjvm.agent.checkpoint.obstacle;
