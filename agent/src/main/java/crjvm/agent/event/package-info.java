/** Events for the JDK's flight recorder. */
package crjvm.agent.event;
