/**
 * Puts hooks into methods of the JDK and of libraries. The hooks that every JVM gets at its start,
 * or as soon as a library is loaded, are {@link crjvm.agent.hook.MethodPoint}s and use ASM alone.
 * The hooks for warm points and for the training of tools are advice, which Byte Buddy copies into
 * the method. The hooks themselves are in the packages below.
 */
package crjvm.agent.hook;
