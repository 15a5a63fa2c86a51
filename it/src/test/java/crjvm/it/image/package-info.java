/** What is in an image, and what becomes of it as files. */
package crjvm.it.image;
