/**
 * The steps from the warm point to the images: the warm-up, one checkpoint or several, and their
 * results.
 */
package crjvm.agent.session;
