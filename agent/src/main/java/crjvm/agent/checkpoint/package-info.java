/**
 * The checkpoint, from preparation to the finished image, and its other side in a restored process.
 */
package crjvm.agent.checkpoint;
