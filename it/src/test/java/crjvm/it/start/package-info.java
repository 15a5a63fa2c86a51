/** Tests of starts: with an image, or normal ones. */
package crjvm.it.start;
