package crjvm.benchmark.startup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An application that is started.
 *
 * @param name the name in options
 * @param vmOptions the VM options, which are the same for every variant
 * @param main {@code -jar FILE}, or class path and class
 * @param archivedMain the same for the variants with archived classes, for which a different
 *     packaging may be recommended
 * @param arguments the application's arguments
 * @param port the port, or 0 for a tool, which ends with its answer on standard output
 * @param path the path of the measured requests
 * @param expected a part of every correct answer
 * @param variable a regular expression for the parts in which two correct answers may differ
 * @param warmUp the requests of the warm-up, in order
 * @param training the command lines that a tool runs before its checkpoint
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

  /** A request that is repeated. */
  record Requests(String path, int count) {}

  boolean isTool() {
    return port == 0;
  }

  /** Returns whether this is one of the applications that differ only in their heap's size. */
  boolean isForHeapSizes() {
    return name.startsWith("heap-");
  }

  String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** Returns the command for a normal start. */
  List<String> command(Jdk jdk, boolean archived, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(jdk.java().toString());
    command.addAll(options);
    command.addAll(vmOptions);
    command.addAll(archived ? archivedMain : main);
    command.addAll(arguments);
    return command;
  }

  /** Returns the agent's value of {@code warmup=}. */
  String agentWarmUp() {
    return String.join(";", warmUp.stream().map(r -> url(r.path()) + "*" + r.count()).toList());
  }
}
