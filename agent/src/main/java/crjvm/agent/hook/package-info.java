/** Byte Buddy hooks, one a file. */
package crjvm.agent.hook;
