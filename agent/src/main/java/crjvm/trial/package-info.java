/**
 * Trial restores: they record the working set of servers and tools, and check that tools behave the
 * same. Other layouts of an image serve measurements.
 */
package crjvm.trial;
