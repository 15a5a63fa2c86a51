/** The option string. */
package crjvm.agent.options;
