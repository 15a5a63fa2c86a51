/** A JVM whose code also runs on other CPUs: the option {@code portable=}. */
package crjvm.agent.portable;
