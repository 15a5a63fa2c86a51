/** Extensions of JUnit, and the tables that tests write into documents. */
package crjvm.it.matrix;
