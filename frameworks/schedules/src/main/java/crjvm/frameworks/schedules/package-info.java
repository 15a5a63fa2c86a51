/** An application whose tasks are due at a time of day. */
package crjvm.frameworks.schedules;
