/**
 * Compiles a dump to an image, step by step. Everything that can be decided here is decided here
 * and not at a restore.
 */
package crjvm.image.compile;
