/** Trial restores that find out which pages the first requests need. */
package crjvm.trial;
