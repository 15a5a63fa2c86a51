package crjvm.benchmark.startup;

/**
 * A copy that has answered.
 *
 * @param started the process that was started, with which the copy ends
 * @param jvm the id of the JVM
 */
record Copy(Child started, int jvm) {}
