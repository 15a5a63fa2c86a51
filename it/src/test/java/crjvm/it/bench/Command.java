package crjvm.it.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command line that is run as the ordinary user or another one, in a clean environment and in a
 * folder of its own.
 */
public final class Command {
  private final Workbench bench;
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private List<String> wrapper = List.of();
  private User user = User.ORDINARY;
  private Path folder;
  private Redirect input = Redirect.from(new File("/dev/null"));
  private Redirect output = Redirect.PIPE;

  public Command(Workbench bench, Path folder) {
    this.bench = bench;
    this.folder = folder;
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
  }

  public Command add(Object... more) {
    for (Object word : more) {
      if (word instanceof List<?> list) {
        list.forEach(this::add);
      } else {
        words.add(word.toString());
      }
    }
    return this;
  }

  public List<String> words() {
    return List.copyOf(words);
  }

  public Path folder() {
    return folder;
  }

  public Command as(User other) {
    user = other;
    return this;
  }

  /** Returns a command that runs all of this as its argument, the change to the user included. */
  public Command wrappedIn(String... outer) {
    wrapper = List.of(outer);
    return this;
  }

  public Command in(Path other) {
    folder = other;
    return this;
  }

  public Command with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public Command input(Redirect redirect) {
    input = redirect;
    return this;
  }

  /** Sets where the output goes. With PIPE it goes to the log file. */
  public Command output(Redirect redirect) {
    output = redirect;
    return this;
  }

  /** Starts the process. Its output goes to log files with the given name. */
  public RunningProcess start(String name) throws IOException {
    List<String> whole = new ArrayList<>(wrapper);
    whole.addAll(user.wrap(words));
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .directory(folder.toFile())
            .redirectInput(input)
            .redirectOutput(output);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return bench.start(name, builder);
  }

  /** Runs the command and waits for its end. */
  public RunningProcess run(String name) throws IOException, InterruptedException {
    RunningProcess process = start(name);
    process.awaitExit();
    return process;
  }
}
