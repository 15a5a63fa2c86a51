/** What a checkpoint is asked for, and what a listing answers. */
package crjvm.agent.checkpoint.order;
