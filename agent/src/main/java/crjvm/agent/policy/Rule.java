package crjvm.agent.policy;

import crjvm.agent.os.process.OpenFile;
import java.nio.file.PathMatcher;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One rule of a policy file.
 *
 * @param files the files that may change; empty: the rule is about descriptors
 */
record Rule(Predicate<OpenFile> condition, Optional<PathMatcher> files, Action action) {}
