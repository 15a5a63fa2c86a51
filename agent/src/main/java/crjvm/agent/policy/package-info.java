/** What is to become of each open descriptor, as the user wants it. */
package crjvm.agent.policy;
