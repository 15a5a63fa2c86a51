/** The archive: one file that holds a whole image. */
package crjvm.image.archive;
