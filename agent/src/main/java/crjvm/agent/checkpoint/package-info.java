/** The story of a checkpoint, from preparation to the finished image, and its other side. */
package crjvm.agent.checkpoint;
