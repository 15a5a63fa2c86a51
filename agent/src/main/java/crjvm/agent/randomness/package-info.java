/**
 * Random numbers that two copies of one image must not share: the generators that made their own
 * seed, and their new seeds.
 */
package crjvm.agent.randomness;
