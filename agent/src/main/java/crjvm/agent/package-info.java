/** The main flow of the agent: options, warm point, warm-up, checkpoint. */
package crjvm.agent;
