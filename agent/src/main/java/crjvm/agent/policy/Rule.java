package crjvm.agent.policy;

import crjvm.agent.os.OpenFile;
import java.util.function.Predicate;

/** One rule of a policy file. */
record Rule(Predicate<OpenFile> condition, Action action) {}
