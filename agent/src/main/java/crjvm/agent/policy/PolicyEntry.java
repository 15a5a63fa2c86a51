package crjvm.agent.policy;

/** A value in a policy file, and the line that it stands in. */
record PolicyEntry(int line, String value) {}
