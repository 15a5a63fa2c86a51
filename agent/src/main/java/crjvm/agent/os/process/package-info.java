/** Facts about this process that the kernel writes in /proc, and the encoding of its texts. */
package crjvm.agent.os.process;
