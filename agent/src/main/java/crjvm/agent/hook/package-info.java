/**
 * Puts hooks into methods of the JDK and of libraries, by Byte Buddy and ASM. The hooks themselves
 * are in the packages below, one in each file.
 */
package crjvm.agent.hook;
