/** Tests of the content of images, and of images as files. */
package crjvm.it.image;
