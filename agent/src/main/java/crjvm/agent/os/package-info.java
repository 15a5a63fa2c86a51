/** The C library through JNA, processes, /proc. */
package crjvm.agent.os;
