/** CRIU's image files as it wrote them: reading, nothing else. */
package crjvm.image.dump;
