/** Inspects images: shows their content and checks that they are complete. */
package crjvm.image.inspect;
