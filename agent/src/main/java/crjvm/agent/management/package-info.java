/** The management bean of checkpoint and restore. */
package crjvm.agent.management;
