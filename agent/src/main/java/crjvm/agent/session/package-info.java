/**
 * From the warm point to the images: warm-up, one checkpoint or several, and what comes of them.
 */
package crjvm.agent.session;
