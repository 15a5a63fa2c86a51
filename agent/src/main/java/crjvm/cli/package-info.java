/** The image command line. */
package crjvm.cli;
