package crjvm.it.tool;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Slurm on loopback for a test class: a controller, and two nodes that are both this machine. Jobs
 * of the partition {@code low} make room for those of {@code high}. All commands run as the
 * ordinary user, and so do the jobs.
 */
final class SlurmCluster implements BeforeAllCallback, AfterAllCallback {
  /** The time limit for Slurm's own work on a busy machine. */
  static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Path DAEMONS = Path.of("/usr/sbin");
  private static final List<String> NODES = List.of("a", "b");

  private final Workbench bench;
  private final List<RunningProcess> processes = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private Path folder;

  SlurmCluster(Workbench bench) {
    this.bench = bench;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    for (String daemon : List.of("slurmctld", "slurmd", "munged")) {
      Requirement.need(
          Files.isExecutable(DAEMONS.resolve(daemon)),
          "there is no " + daemon + "; install slurmctld, slurmd, slurm-client and munge");
    }
    // munged needs a folder that nobody else can change.
    folder = Files.createTempDirectory("crjvm-slurm-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("SLURM_CONF", folder.resolve("slurm.conf").toString());
    environment.put("CRJVM", bench.product().toString());
    startMunge();
    configure();
    startDaemon("slurmctld", "-D", "-i");
    for (String node : NODES) {
      startDaemon("slurmd", "-D", "-N", node);
    }
    Await.until(
        LIMIT,
        "Slurm's nodes",
        () -> ask("sinfo", "-h", "-N", "-p", "low", "-o", "%T").equals("idle\nidle"),
        this::describe);
  }

  private void startMunge() throws IOException {
    byte[] bytes = new byte[128];
    new SecureRandom().nextBytes(bytes);
    Path key = Files.write(folder.resolve("key"), bytes);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    startDaemon(
        "munged",
        "--foreground",
        "--key-file=" + key,
        "--socket=" + socket(),
        "--pid-file=" + folder.resolve("munged.pid"),
        "--seed-file=" + folder.resolve("munged.seed"),
        "--log-file=" + folder.resolve("munged.log"));
    Await.until(LIMIT, "munged", () -> Files.exists(socket()), this::describe);
  }

  private Path socket() {
    return folder.resolve("munge.socket");
  }

  private void configure() throws IOException {
    Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() <= NODES.size()) {
      ports.add(FreePort.find());
    }
    List<Integer> port = List.copyOf(ports);
    String user = System.getProperty("user.name");
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "ClusterName=crjvm",
            "SlurmctldHost=localhost",
            "SlurmctldPort=" + port.get(0),
            "SlurmUser=" + user,
            "SlurmdUser=" + user,
            "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
            "AuthType=auth/munge",
            "AuthInfo=socket=" + socket(),
            "CredType=cred/munge",
            "StateSaveLocation=" + Files.createDirectory(folder.resolve("state")),
            "SlurmdSpoolDir=" + folder.resolve("spool-%n"),
            "SlurmctldPidFile=" + folder.resolve("slurmctld.pid"),
            "SlurmdPidFile=" + folder.resolve("slurmd-%n.pid"),
            "ProctrackType=proctrack/linuxproc",
            "TaskPlugin=task/none",
            "JobAcctGatherType=jobacct_gather/none",
            "MpiDefault=none",
            "MailProg=/bin/true",
            "MessageTimeout=60",
            "SelectType=select/cons_tres",
            "SelectTypeParameters=CR_CPU",
            "SchedulerType=sched/builtin",
            "SchedulerParameters=sched_interval=1,bf_interval=1",
            "MaxBatchRequeue=1000",
            "PreemptType=preempt/partition_prio",
            "PreemptMode=REQUEUE",
            "PreemptParameters=send_user_signal",
            // This is more than the machine's processors: so many tasks run at a time.
            "SlurmdParameters=config_overrides"));
    for (int i = 0; i < NODES.size(); i++) {
      lines.add(
          "NodeName="
              + NODES.get(i)
              + " NodeHostname=localhost NodeAddr=127.0.0.1 CPUs=8 Port="
              + port.get(i + 1));
    }
    lines.add("PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=150");
    lines.add("PartitionName=high Nodes=ALL PriorityTier=2 PreemptMode=OFF");
    Files.write(folder.resolve("slurm.conf"), lines);
    Files.writeString(folder.resolve("cgroup.conf"), "CgroupPlugin=disabled\n");
  }

  private void startDaemon(String name, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of(DAEMONS.resolve(name).toString()));
    words.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    processes.add(bench.start(name, builder));
  }

  /** Sets a variable for the jobs, which get the environment of the user that submits them. */
  SlurmCluster with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Returns the standard output of one of Slurm's commands, which has to succeed. */
  String ask(String... command) throws IOException, InterruptedException {
    return ask(User.ORDINARY, folder, List.of(command));
  }

  /** Runs a command as an administrator, who may do more. */
  String administer(String... command) throws IOException, InterruptedException {
    return ask(User.ROOT, folder, List.of(command));
  }

  private String ask(User user, Path place, List<String> command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("crjvm-slurm-", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(user.wrap(command))
              .directory(place.toFile())
              .redirectError(errors.toFile());
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            String.join(" ", command) + ": " + status + " " + Files.readString(errors) + output);
      }
      return output;
    } finally {
      Files.delete(errors);
    }
  }

  /**
   * Submits a script to Slurm.
   *
   * @param place the folder that the job runs in
   * @param words the options of sbatch, and the script with its arguments
   * @return the job's number
   */
  String submit(Path place, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sbatch", "--parsable"));
    command.addAll(List.of(words));
    return ask(User.ORDINARY, place, command);
  }

  /** Returns a field of a job: {@code JobState}, {@code NodeList}, {@code Restarts}. */
  String field(String job, String name) throws IOException, InterruptedException {
    String text = ask("scontrol", "show", "job", job);
    Matcher matcher = Pattern.compile("(?m)(?:^|\\s)" + name + "=(\\S*)").matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + name + " in\n" + text);
    }
    return matcher.group(1);
  }

  void awaitState(String job, String state) {
    Await.until(
        LIMIT,
        "job " + job + " to be " + state,
        () -> field(job, "JobState").equals(state),
        () -> describe(job));
  }

  String describe(String job) {
    String text;
    try {
      text = ask("scontrol", "show", "job", job);
      Path output = Path.of(field(job, "StdOut"));
      if (Files.exists(output)) {
        text += "\n--- its output\n" + Files.readString(output);
      }
    } catch (IOException | InterruptedException e) {
      text = e.toString();
    }
    return text + "\n" + describe();
  }

  private String describe() {
    return String.join("\n", processes.stream().map(RunningProcess::describe).toList());
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (folder == null) {
      return;
    }
    try {
      if (processes.size() > 1 && processes.get(1).isAlive()) {
        ask("scancel", "--me");
        Await.until(LIMIT, "the jobs' end", () -> ask("squeue", "-h").isEmpty(), this::describe);
      }
    } finally {
      for (int i = processes.size() - 1; i >= 0; i--) {
        processes.get(i).terminate();
      }
      Workbench.delete(folder);
    }
  }
}
