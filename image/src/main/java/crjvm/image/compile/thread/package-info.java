/**
 * The compilation of threads: registers, signals, deadlines, and their ids in locks and elsewhere.
 */
package crjvm.image.compile.thread;
