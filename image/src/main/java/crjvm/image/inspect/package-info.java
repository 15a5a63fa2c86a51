/** Looking at images: what is in one, and whether it is whole. */
package crjvm.image.inspect;
