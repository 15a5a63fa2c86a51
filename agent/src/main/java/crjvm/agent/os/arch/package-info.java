/** The kinds of processors that crjvm supports, and the numbers of system calls on each. */
package crjvm.agent.os.arch;
