package crjvm.it.app;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The information that Java gives about its own process, in every way that there is to ask for it.
 */
final class ProcessView {
  private static final BufferedReader INPUT =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private static final int MANY = 100_000;

  /** A number of system calls that does not take long. */
  private static final int SOME = 2_000;

  /** A constant of the application, which compiled code contains. */
  private static final ProcessHandle HANDLE = ProcessHandle.current();

  private ProcessView() {}

  /**
   * Returns when the JVM began, in milliseconds since 1970, and how many milliseconds it has been
   * running.
   */
  static String uptime() {
    RuntimeMXBean bean = ManagementFactory.getRuntimeMXBean();
    return bean.getStartTime() + " " + bean.getUptime();
  }

  /** Returns an attribute of one of the platform's beans. */
  static String attribute(String bean, String name) throws JMException {
    return ManagementFactory.getPlatformMBeanServer()
        .getAttribute(new ObjectName(bean), name)
        .toString();
  }

  /** Returns a line for each way to ask for the process id. All must be the same number. */
  static String pids() throws IOException {
    String published = System.getProperty("PID");
    return (published == null ? "" : published + "\n")
        + ProcessHandle.current().pid()
        + "\n"
        + ManagementFactory.getRuntimeMXBean().getName().split("@", 2)[0]
        + "\n"
        + ManagementFactory.getRuntimeMXBean().getPid()
        + "\n"
        + Path.of("/proc/self").toRealPath().getFileName();
  }

  /** Asks for the process id so often that the code gets compiled. Returns the last answer. */
  static String compiledPid() {
    long pid = 0;
    for (int i = 0; i < MANY; i++) {
      pid = ownPid();
    }
    return Long.toString(pid);
  }

  private static long ownPid() {
    return ProcessHandle.current().pid();
  }

  /**
   * Asks the application's own handle, like {@link #compiledPid}. Returns everything that the
   * handle says, with a line for each different answer: HotSpot throws compiled code away when an
   * answer contradicts what the compiler has assumed, and the interpreter is right.
   */
  static String compiledHandle() {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < SOME; i++) {
      answers.add(ownHandle());
    }
    return String.join("\n", answers);
  }

  private static String ownHandle() {
    ProcessHandle other = ProcessHandle.of(HANDLE.pid()).orElse(null);
    return HANDLE.pid() + " " + HANDLE + " " + HANDLE.isAlive() + " " + HANDLE.equals(other);
  }

  /** Sets the system property PID, as Spring Boot's logging does when it starts. */
  static void publishPid() {
    System.setProperty("PID", Long.toString(ProcessHandle.current().pid()));
  }

  /** Returns everything that says which locale is the default. */
  static String locales() {
    StringBuilder text = new StringBuilder(Locale.getDefault().toString());
    for (Locale.Category category : Locale.Category.values()) {
      text.append('\n').append(category).append('=').append(Locale.getDefault(category));
    }
    new TreeMap<>(System.getProperties())
        .forEach(
            (name, value) -> {
              if (name.toString().matches("user\\.(language|script|country|variant).*")) {
                text.append('\n').append(name).append('=').append(value);
              }
            });
    return text.toString();
  }

  static String vmOption(String name) {
    return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .getVMOption(name)
        .getValue();
  }

  /** Loads a native library. The JDK may forbid that. */
  static String load(String file) {
    try {
      System.load(file);
      return "loaded";
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  /** Returns a line for each way to ask for the working directory. All must be the same folder. */
  static String workingDirectories() throws Exception {
    return String.join(
        "\n",
        System.getProperty("user.dir"),
        new File("").getAbsolutePath(),
        Path.of("").toAbsolutePath().toString(),
        Path.of("/proc/self/cwd").toRealPath().toString(),
        output("pwd"));
  }

  static String variableOfChild(String name) throws Exception {
    return output("sh", "-c", "printenv \"$1\" || echo null", "sh", name);
  }

  /** Returns the content of a file with a relative name, which every way to open it must find. */
  static String readRelative(String name) throws IOException {
    String content = Files.readString(Path.of(name));
    try (InputStream in = new FileInputStream(name)) {
      require(content, new String(in.readAllBytes(), StandardCharsets.UTF_8), "FileInputStream");
    }
    try (InputStream in = new FileInputStream(new File(name).getAbsoluteFile())) {
      require(content, new String(in.readAllBytes(), StandardCharsets.UTF_8), "absolute File");
    }
    try (RandomAccessFile file = new RandomAccessFile(name, "r")) {
      byte[] bytes = new byte[(int) file.length()];
      file.readFully(bytes);
      require(content, new String(bytes, StandardCharsets.UTF_8), "RandomAccessFile");
    }
    require(content, Files.readString(Path.of(name).toAbsolutePath()), "absolute Path");
    Exercise.check(new File(name).length() == content.length(), "File.length() differs");
    Exercise.check(Files.exists(Path.of(name)), "Files.exists() says no");
    return content.strip();
  }

  private static void require(String expected, String actual, String way) {
    Exercise.check(expected.equals(actual), "%s sees another file: %s", way, actual);
  }

  /** Returns the next line of standard input, or {@code END}. */
  static String readLine() throws IOException {
    String line = INPUT.readLine();
    return line == null ? "END" : line;
  }

  static String print(String text) {
    System.out.println("out:" + text);
    System.err.println("err:" + text);
    return "printed, errors: " + System.out.checkError() + " " + System.err.checkError();
  }

  static String startSleepingChild(String seconds) throws IOException {
    return Long.toString(new ProcessBuilder("sleep", seconds).start().pid());
  }

  /** Returns the output of a command that has to succeed. */
  static String output(String... command) throws IOException, InterruptedException {
    Process child = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    child.getOutputStream().close();
    String text = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    Exercise.check(child.waitFor(10, TimeUnit.SECONDS), "%s does not end", command[0]);
    Exercise.check(child.exitValue() == 0, "%s: status %d", command[0], child.exitValue());
    return text;
  }

  /** Returns the address of a host, or {@code unknown}. */
  static String resolve(String name) {
    try {
      return InetAddress.getByName(name).getHostAddress();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
