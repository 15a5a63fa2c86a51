/** The user's policies for open descriptors. */
package crjvm.agent.policy;
