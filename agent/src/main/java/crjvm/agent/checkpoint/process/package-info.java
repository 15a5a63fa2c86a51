/** The processes that a checkpoint starts: the helper and the image compiler. */
package crjvm.agent.checkpoint.process;
