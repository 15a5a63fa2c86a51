/** Warm points that can be seen from outside, warm-up, the quiet period. */
package crjvm.agent.warmup;
