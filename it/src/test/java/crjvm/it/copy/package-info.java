/** Several copies of one image: what they have of their own. */
package crjvm.it.copy;
