/** The tar stream inside the frames, with holes of files. */
package crjvm.image.archive.tar;
