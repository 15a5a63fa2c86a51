package crjvm.agent.policy;

/** A value in a policy file, and the number of its line. */
record PolicyValue(int line, String value) {}
