/** The C library through JNA, processes, and /proc. */
package crjvm.agent.os;
