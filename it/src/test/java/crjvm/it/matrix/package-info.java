/** How JUnit runs the tests, and the tables that they write into documents. */
package crjvm.it.matrix;
