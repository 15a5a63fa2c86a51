/** The orders for checkpoints, their settings, and the findings of a listing. */
package crjvm.agent.checkpoint.order;
