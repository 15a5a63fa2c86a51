package crjvm.agent.tool;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One command line of a tool's training.
 *
 * @param line the number of its line in the file, counted from 1
 * @param folder the folder whose copy it runs in; empty: a new, empty folder
 * @param input the file that is its standard input; empty: no input
 */
public record TrainingCommand(
    int line, List<String> arguments, Optional<Path> folder, Optional<Path> input) {}
