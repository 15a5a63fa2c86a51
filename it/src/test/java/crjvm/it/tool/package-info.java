/** Command-line tools and jobs. */
package crjvm.it.tool;
