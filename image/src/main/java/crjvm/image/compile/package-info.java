/**
 * The compiler: from a dump to an image, step by step. Nothing is decided at a restore that can be
 * decided here.
 */
package crjvm.image.compile;
