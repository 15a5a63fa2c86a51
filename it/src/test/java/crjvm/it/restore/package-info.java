/** Tests of restored processes. */
package crjvm.it.restore;
