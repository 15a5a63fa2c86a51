/**
 * The checkpoint, from preparation to the finished image, and its continuation in a restored
 * process.
 */
package crjvm.agent.checkpoint;
