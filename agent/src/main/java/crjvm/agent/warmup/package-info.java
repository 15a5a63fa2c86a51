/** Warm points that can be observed from outside, the warm-up, and the quiet period. */
package crjvm.agent.warmup;
