/** Tests of several copies of one image, and of what each has of its own. */
package crjvm.it.copy;
