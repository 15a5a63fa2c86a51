/** The story: options, warm point, warm-up, checkpoint. */
package crjvm.agent;
