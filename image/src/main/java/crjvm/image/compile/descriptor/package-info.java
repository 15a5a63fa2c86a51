/** The compilation of open descriptors. */
package crjvm.image.compile.descriptor;
