/** What a restored process is. */
package crjvm.it.restore;
