/** Applications of other people's frameworks. */
package crjvm.it.framework;
