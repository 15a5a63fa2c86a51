/** The management beans of checkpoints and restores. */
package crjvm.agent.management;
