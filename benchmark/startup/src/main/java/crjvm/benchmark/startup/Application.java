package crjvm.benchmark.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is started.
 *
 * @param name as an option has it
 * @param vmOptions the same for every variant
 * @param main {@code -jar FILE}, or class path and class
 * @param archivedMain the same for the variants with archived classes, where another packaging is
 *     recommended for those
 * @param arguments of the application
 * @param port 0: it is a tool, which ends with its answer on standard output
 * @param path what the measured requests ask for
 * @param expected part of every correct answer
 * @param variable a regular expression of what may differ between two correct answers
 * @param warmUp what all trained variants are asked for, in order
 * @param training a tool's: the command lines that it runs before its checkpoint
 */
record Application(
    String name,
    List<String> vmOptions,
    List<String> main,
    List<String> archivedMain,
    List<String> arguments,
    int port,
    String path,
    String expected,
    String variable,
    List<Requests> warmUp,
    Optional<Path> training) {

  /** The same request some times. */
  record Requests(String path, int count) {}

  boolean isTool() {
    return port == 0;
  }

  /** Whether it is one of the heap series, which differ in their size only. */
  boolean isOfSeries() {
    return name.startsWith("heap-");
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** The command for a normal start. */
  List<String> command(Jdk jdk, boolean archived, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(options);
    command.addAll(vmOptions);
    command.addAll(archived ? archivedMain : main);
    command.addAll(arguments);
    return command;
  }

  /** The agent's value of {@code warmup=}. */
  String agentWarmUp() {
    return String.join(";", warmUp.stream().map(r -> url(r.path()) + "*" + r.count()).toList());
  }
}
