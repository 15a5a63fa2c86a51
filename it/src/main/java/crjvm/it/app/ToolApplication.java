package crjvm.it.app;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A command-line tool that does things which make a second run in the same JVM hard. */
public final class ToolApplication {
  private static final PrintStream OUT = System.out;
  private static final Map<String, Integer> SEEN = new HashMap<>();
  private static final AtomicInteger RUNS = new AtomicInteger();
  private static final Settings SETTINGS = new Settings();
  private static final int[] COUNTS = new int[4];
  private static List<String> words;
  private static int calls;

  private ToolApplication() {}

  /** A singleton with state of its own. */
  private static final class Settings {
    private boolean isVerbose;
    private final List<String> names = new ArrayList<>(List.of("default"));
  }

  /** A class that registers itself with another class, once in the life of a JVM. */
  private static final class Plugin {
    static {
      Registry.NAMES.put("plugin", Registry.NAMES.size());
    }

    private Plugin() {}

    static void load() {}
  }

  /** A class keeps the folder in which the first run has begun. */
  private static final class Start {
    private static final File FOLDER = new File("").getAbsoluteFile();

    private Start() {}
  }

  /** The same in a constant of an interface. */
  private interface Constants {
    Place PLACE = new Place(new File("given").getAbsoluteFile());
  }

  /** A class keeps what it has made of the settings and files of the JVM. */
  private static final class Fixed {
    private static final String VARIABLE = System.getenv("TOOL_MODE");
    private static final String PROPERTY = System.getProperty("tool.mode");
    private static final String FILE = content(System.getProperty("tool.file", "none"));

    private Fixed() {}

    private static String content(String name) {
      try {
        return Files.readString(Path.of(name));
      } catch (IOException e) {
        return "no file";
      }
    }
  }

  /** A file that an object has. */
  private static final class Place {
    private final File file;

    Place(File file) {
      this.file = file;
    }
  }

  /** The list of the plugins. */
  private static final class Registry {
    private static final Map<String, Integer> NAMES = new TreeMap<>();

    private Registry() {}
  }

  /** Runs the command that the first argument names. */
  public static void main(String[] arguments) throws Exception {
    calls++;
    COUNTS[0]++;
    RUNS.incrementAndGet();
    words = words == null ? new ArrayList<>() : words;
    words.addAll(List.of(arguments));
    for (String each : arguments) {
      SEEN.merge(each, 1, Integer::sum);
    }
    switch (arguments.length == 0 ? "none" : arguments[0]) {
      case "state" -> state();
      case "exit" -> exit(Integer.parseInt(arguments[1]));
      case "exit-elsewhere" -> exitElsewhere(Integer.parseInt(arguments[1]));
      case "halt" -> Runtime.getRuntime().halt(Integer.parseInt(arguments[1]));
      case "throw" -> throw new IllegalStateException("as asked");
      case "hook" -> hook();
      case "files" -> files();
      case "input" -> input();
      case "directory" -> OUT.println(Start.FOLDER + " " + Constants.PLACE.file);
      case "settings" -> settings();
      case "fixed" -> OUT.println(Fixed.VARIABLE + " " + Fixed.PROPERTY + " " + Fixed.FILE);
      case "plugin" -> plugin();
      case "pool" -> pool();
      case "tasks" -> VirtualTasks.run(Integer.parseInt(arguments[1]), OUT);
      case "leave" -> VirtualTasks.leave(Path.of(arguments[1]), OUT);
      case "read" -> OUT.print(Files.readString(Path.of(arguments[1])));
      case "launcher" -> launcher(arguments);
      case "security" -> security();
      case "time" -> OUT.println(System.nanoTime());
      case "hang" -> hang();
      default -> OUT.println("arguments: " + List.of(arguments));
    }
  }

  private static void state() {
    SETTINGS.names.add("more");
    OUT.println(calls + " " + RUNS + " " + COUNTS[0] + " " + words + " " + new TreeMap<>(SEEN));
    OUT.println(SETTINGS.isVerbose + " " + SETTINGS.names);
    SETTINGS.isVerbose = true;
  }

  private static void exit(int status) {
    OUT.println("exiting");
    System.err.println("with " + status);
    System.exit(status);
    OUT.println("never");
  }

  private static void exitElsewhere(int status) throws InterruptedException {
    Thread thread = new Thread(() -> System.exit(status));
    thread.start();
    Thread.currentThread().join();
  }

  private static void hook() throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OUT.println("hook: end")));
    File file = new File("passing");
    Files.writeString(file.toPath(), "gone at the end");
    file.deleteOnExit();
    OUT.println(file.exists());
  }

  private static void files() throws IOException {
    Path made = Path.of("made");
    // The path is relative to the process's working directory.
    try (FileInputStream in = new FileInputStream("given")) {
      Files.write(made, in.readAllBytes());
    }
    Files.writeString(new File("absolute").getAbsoluteFile().toPath(), "there");
    OUT.println(Files.readString(made, StandardCharsets.UTF_8).strip());
    OUT.println(new File("made").getAbsoluteFile().exists() + " " + made.toAbsolutePath());
  }

  /** Prints the first line of standard input and closes both streams, as many tools do. */
  private static void input() throws IOException {
    try (BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = System.out) {
      out.println("first: " + in.readLine());
    }
  }

  private static void settings() {
    OUT.println(
        Locale.getDefault()
            + " "
            + TimeZone.getDefault().getID()
            + " "
            + Boolean.getBoolean("tool"));
    Locale.setDefault(Locale.GERMANY);
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
    System.setProperty("tool", "true");
    System.setErr(OUT);
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> System.exit(99));
  }

  private static void plugin() {
    Plugin.load();
    Registry.NAMES.put("of this run", Registry.NAMES.size());
    OUT.println(Registry.NAMES);
  }

  /** Leaves its threads behind. */
  private static void pool() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    OUT.println(pool.submit(() -> "by " + Thread.currentThread().getName()).get());
    Thread unnamed = new Thread(() -> OUT.println("by " + Thread.currentThread().getName()));
    unnamed.start();
    unnamed.join();
    System.exit(0);
  }

  /** Starts another JVM with the options of this one. */
  private static void launcher(String[] arguments) throws Exception {
    OUT.println(System.getProperty("sun.java.command"));
    if (arguments.length > 1) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ToolApplication.class.getName(), "launcher", "of the launcher"));
    OUT.println(new ProcessBuilder(command).inheritIO().start().waitFor());
  }

  private static void hang() throws InterruptedException {
    OUT.println("hanging");
    Thread.currentThread().join();
  }

  /** Changes state of the JDK that nobody resets. */
  private static void security() {
    String before = Security.getProperty("tool.runs");
    int runs = before == null ? 0 : Integer.parseInt(before);
    Security.setProperty("tool.runs", Integer.toString(runs + 1));
    OUT.println("runs: " + (runs + 1));
  }
}
