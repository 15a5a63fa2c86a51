/** The processes that a checkpoint starts: the helper, and the image's compiler. */
package crjvm.agent.checkpoint.process;
