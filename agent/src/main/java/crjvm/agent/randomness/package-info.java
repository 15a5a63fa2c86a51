/**
 * Random numbers that two copies of one image must not share: who made its own seed, and new ones.
 */
package crjvm.agent.randomness;
