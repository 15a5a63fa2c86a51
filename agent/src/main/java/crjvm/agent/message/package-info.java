/** Messages on stderr, and the failure that becomes one. */
package crjvm.agent.message;
