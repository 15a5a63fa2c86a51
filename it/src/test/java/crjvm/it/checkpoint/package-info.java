/** Tests of checkpoints: warm points, options, and what is in a checkpoint's way. */
package crjvm.it.checkpoint;
