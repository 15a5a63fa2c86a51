/** Reads CRIU's image files as CRIU wrote them, and does nothing else. */
package crjvm.image.dump;
