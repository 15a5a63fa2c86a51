/** A trial restore that shows which pages the first requests need. */
package crjvm.training;
