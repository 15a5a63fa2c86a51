/** The objects that are set aside during the dump, and put back after it. */
package crjvm.agent.checkpoint.aside;
