package crjvm.agent.tool;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One command line of a tool's training.
 *
 * @param line in its file, from 1 on
 * @param folder whose copy it runs in; empty: a new, empty one
 * @param input what it reads from standard input; empty: nothing
 */
public record TrainingCommand(
    int line, List<String> arguments, Optional<Path> folder, Optional<Path> input) {}
