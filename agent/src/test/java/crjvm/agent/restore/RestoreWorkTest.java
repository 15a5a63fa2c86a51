package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.os.jdk.VmOptions;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that run the steps in this JVM, and restore its settings afterwards. */
class RestoreWorkTest {
  private static final String IMAGE = "00000000-0000-4000-8000-000000000001";

  private final List<byte[]> environment = new ArrayList<>();
  private final Properties properties = new Properties();
  private final TimeZone zone = TimeZone.getDefault();
  private RestoreWork work;

  @BeforeEach
  void prepare() throws Exception {
    System.getenv().forEach((name, value) -> environment.add(bytes(name + "=" + value)));
    properties.putAll(System.getProperties());
    work = RestoreWork.prepare(Optional.empty(), Optional.empty(), new DirectoryFiles());
  }

  @AfterEach
  void putBack() throws Exception {
    String directory = "user.dir=" + properties.getProperty("user.dir");
    run(List.of(), List.of(directory), environment, "1");
    System.setProperties(properties);
    TimeZone.setDefault(zone);
  }

  @Test
  void theEnvironmentIsThatOfTheMessage() throws Exception {
    List<byte[]> wanted =
        List.of(bytes("PATH=" + System.getenv("PATH")), bytes("NEW=a=b"), bytes("=odd=1"));

    run(List.of(), List.of(), wanted, "1");

    assertThat(System.getenv("NEW")).isEqualTo("a=b");
    assertThat(System.getenv()).containsOnlyKeys("PATH", "NEW", "=odd");
  }

  @Test
  void childrenInheritTheEnvironmentOfTheMessage() throws Exception {
    run(List.of(), List.of(), List.of(bytes("PATH=/usr/bin:/bin"), bytes("NEW=x y")), "1");

    Process child = new ProcessBuilder("/usr/bin/env").start();

    assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
        .contains("NEW=x y", "PATH=/usr/bin:/bin")
        .noneMatch(line -> line.startsWith("HOME="));
  }

  @Test
  void propertiesOfTheMessageAreSet() throws Exception {
    run(List.of(), List.of("crjvm.test=a=b", "crjvm.flag"), environment, "1");

    assertThat(System.getProperty("crjvm.test")).isEqualTo("a=b");
    assertThat(System.getProperty("crjvm.flag")).isEmpty();
  }

  @Test
  void filesAndPathsAreRelativeToTheWorkingDirectory() throws Exception {
    run(List.of(), List.of("user.dir=/usr"), environment, "1");

    assertThat(System.getProperty("user.dir")).isEqualTo("/usr");
    assertThat(new File("x").getAbsolutePath()).isEqualTo("/usr/x");
    assertThat(Path.of("x").toAbsolutePath()).isEqualTo(Path.of("/usr/x"));
  }

  @Test
  void argumentsAreProperties() throws Exception {
    run(List.of("a", "b c"), List.of(), environment, "0");

    assertThat(System.getProperty("crjvm.args")).isEqualTo("a\nb c");
    assertThat(System.getProperty("crjvm.args.count")).isEqualTo("2");
    assertThat(System.getProperty("crjvm.args.1")).isEqualTo("b c");
  }

  @Test
  void withoutArgumentsThoseOfAnEarlierRestoreStay() throws Exception {
    run(List.of("a", "b"), List.of(), environment, "0");
    rehearse();
    run(List.of(), List.of(), environment, "1");

    assertThat(System.getProperty("crjvm.args")).isEqualTo("a\nb");
    assertThat(System.getProperty("crjvm.args.1")).isEqualTo("b");
  }

  @Test
  void argumentsReplaceThoseOfAnEarlierRestore() throws Exception {
    run(List.of("a", "b"), List.of(), environment, "0");
    run(List.of("c"), List.of(), environment, "0");

    assertThat(System.getProperty("crjvm.args")).isEqualTo("c");
    assertThat(System.getProperty("crjvm.args.1")).isNull();
  }

  @Test
  void theTimeZoneOfTheMessageCounts() throws Exception {
    run(List.of(), List.of("user.timezone=Asia/Tokyo"), environment, "1");

    assertThat(TimeZone.getDefault().getID()).isEqualTo("Asia/Tokyo");
  }

  @Test
  void theTimeZoneOfTheEnvironmentNeedNotHaveAName() throws Exception {
    for (String zone : List.of("XYZ+3", "Asia/Tokyo", "<+0530>-5:30")) {
      List<byte[]> variables = new ArrayList<>(environment);
      variables.add(bytes("TZ=" + zone));
      run(List.of(), List.of(), variables, "1");
      String expected =
          Map.of("XYZ+3", "GMT-03:00", "Asia/Tokyo", zone).getOrDefault(zone, "GMT+05:30");
      assertThat(TimeZone.getDefault().getID()).isEqualTo(expected);
    }
  }

  @Test
  void theProcessIdIsTheKernels() throws Exception {
    System.setProperty("PID", "not ours");
    String actual = Path.of("/proc/self").toRealPath().getFileName().toString();

    run(List.of(), List.of(), environment, "1");

    assertThat(ProcessHandle.current().pid()).hasToString(actual);
    assertThat(ProcessHandle.current().isAlive()).isTrue();
    assertThat(System.getProperty("PID")).isEqualTo("not ours");
  }

  @Test
  void springsProcessIdFollows() throws Exception {
    Class<?> type = Class.forName("java.lang.ProcessHandleImpl");
    Field current = type.getDeclaredField("current");
    Field pid = type.getDeclaredField("pid");
    current.setAccessible(true);
    pid.setAccessible(true);
    long actual = ProcessHandle.current().pid();
    pid.setLong(current.get(null), 1); // as if the image were of that process
    System.setProperty("PID", "1");

    run(List.of(), List.of(), environment, "1");

    assertThat(ProcessHandle.current().pid()).isEqualTo(actual);
    assertThat(System.getProperty("PID")).isEqualTo(Long.toString(actual));
  }

  @Test
  void aRefusedVmOptionLeavesTheOthers() throws Exception {
    Map<String, String> values =
        Map.of(
            "keep-arguments", "1",
            "image-id", IMAGE,
            "vm-option.0", "MinHeapFreeRatio=120",
            "vm-option.1", "PrintConcurrentLocks=true");

    run(new RestoreMessage(values, List.of(), List.of(), environment));

    VmOptions options = VmOptions.ofThisJvm();
    assertThat(options.commandLine("PrintConcurrentLocks")).isEqualTo("-XX:+PrintConcurrentLocks");
    assertThat(options.commandLine("MinHeapFreeRatio")).isNotEqualTo("-XX:MinHeapFreeRatio=120");
    options.set("PrintConcurrentLocks", "false");
  }

  @Test
  void aRehearsalLeavesNothingBehind() throws Exception {
    Map<String, String> variables = Map.copyOf(System.getenv());

    rehearse();

    assertThat(System.getenv()).isEqualTo(variables);
    assertThat(System.getProperties()).isEqualTo(properties);
  }

  private void rehearse() throws Exception {
    work.rehearse(2, true, bytes -> work.run(bytes, System.nanoTime(), () -> {}));
  }

  private void run(
      List<String> arguments, List<String> options, List<byte[]> variables, String keep)
      throws Exception {
    Map<String, String> values = Map.of("keep-arguments", keep, "image-id", IMAGE);
    run(new RestoreMessage(values, arguments, options, variables));
  }

  private void run(RestoreMessage message) throws Exception {
    byte[] bytes = message.encode(StandardCharsets.UTF_8);
    work.run(bytes, System.nanoTime(), () -> {});
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
