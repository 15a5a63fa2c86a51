/**
 * Open descriptors of this process: their kinds, their sockets, and those that it has inherited.
 */
package crjvm.agent.os.descriptor;
