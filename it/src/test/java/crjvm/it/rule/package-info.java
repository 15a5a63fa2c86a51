/** Tests of the sources: what depends on what, and what code must not do. */
package crjvm.it.rule;
