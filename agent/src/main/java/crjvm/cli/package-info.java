/** The command line for images. */
package crjvm.cli;
