/** How applications are started: with an image, or normally. */
package crjvm.it.start;
