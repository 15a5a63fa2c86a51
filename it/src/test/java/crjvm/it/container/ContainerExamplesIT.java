package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.container.NetworkNamespace;
import crjvm.it.bench.registry.RegistryServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The podman commands in the README of examples/docker, and the manifests of examples/kubernetes.
 * podman takes them as they are, except for names and the registry's address.
 */
@Tag("container")
@ResourceLock(Containers.RESOURCE)
class ContainerExamplesIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String REGISTRY = "registry.example.com";

  /**
   * The first answers after the 200 or 300 requests of the warm-up. A normal start counts from 1.
   */
  private static final String RESTORED = "request 2\\d\\d\\b";

  private static final String RESTORED_NEXT = "request 3\\d\\d\\b";
  private static final Set<String> PROBES =
      Set.of("startupProbe", "readinessProbe", "livenessProbe");

  private static final String DEPLOYMENT = "kind: Deployment\nmetadata:\n";
  private static final String KEEP_INIT_CONTAINERS =
      "  annotations: {io.podman.annotations.init.container.type: always}\n";

  private static final String STARTED = "request \\d\\d?\\b";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);
  @RegisterExtension static final NetworkNamespace NETWORK = new NetworkNamespace();

  private static final Pods PODS = new Pods(BENCH, CONTAINERS);

  private static DockerExample example;
  private static Path folder;

  @BeforeAll
  static void prepare() throws Exception {
    CONTAINERS.engine().podman("tag", ContainerEngine.BASE, "localhost/debian-java");
    example = new DockerExample(BENCH);
    folder = example.folder();
  }

  private static RunningProcess succeed(Command command, String name) throws Exception {
    RunningProcess process =
        command
            .as(User.ROOT)
            .with("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .start(name);
    Await.until(LIMIT, name + " to end", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process;
  }

  /** Runs podman build with a file and without a network. */
  private static void build(String file, String tag, String options) throws Exception {
    String line = example.commands().get(0);
    assertThat(line).startsWith("podman build ").endsWith(" -f Containerfile -t app .");
    String words =
        line.substring("podman ".length())
            .replace(" -f Containerfile -t app .", " -f " + file + " -t " + tag + " .")
            .replace("build ", "build --quiet --pull=never --network=none " + options);
    Command command = new Command(BENCH, folder).add(CONTAINERS.engine().command());
    succeed(command.add(List.of(words.split(" +"))), "build");
  }

  private static void replaceWarmup(String file) throws IOException {
    String text = Files.readString(folder.resolve("Containerfile"));
    assertThat(text).contains("/*200'");
    Files.writeString(folder.resolve(file), text.replace("/*200'", "/*300'"));
  }

  private static Map<String, String> image(String tag) {
    return Map.of(REGISTRY + "/team/app:1", "localhost/team/app:" + tag);
  }

  @Test
  void replicasRestore_OnUnfitNodesTheyStartNormally_AndAnUpdateRolls() throws Exception {
    build("Containerfile", "localhost/team/app:1", "");
    replaceWarmup("Containerfile.next");
    build("Containerfile.next", "localhost/team/app:2", "");
    Pods.Pod first = PODS.deploy("deployment.yaml", "first", image("1"));
    Pods.Pod second = PODS.deploy("deployment.yaml", "second", image("1"));
    for (Pods.Pod pod : List.of(first, second)) {
      assertThat(PODS.awaitAnswer(pod)).containsPattern(RESTORED);
      assertThat(PODS.messages(pod, "app")).isEmpty();
    }
    assertRestricted(first);
    assertHealthy(first);
    awaitProbes(first, "deployment.yaml", PROBES);
    assertProbesNoticeAHang(second);
    assertKnative();
    assertSleepsUntilAsked();

    buildWithOtherJar("localhost/team/app:jar");
    assertStartsNormally("jar", "/opt/app/app.jar");
    buildForOtherCpu("localhost/team/app:cpu");
    assertStartsNormally("cpu", "the CPU lacks tbm (");

    roll(List.of(first, second));
  }

  /** Checks that a replica starts normally on a node that the image does not fit. */
  private static void assertStartsNormally(String tag, String cause) throws Exception {
    Pods.Pod unfit = PODS.deploy("deployment.yaml", "unfit-" + tag, image(tag));
    assertThat(PODS.awaitAnswer(unfit)).containsPattern(STARTED);
    assertThat(PODS.messages(unfit, "app")).hasSize(1);
    assertThat(PODS.messages(unfit, "app").get(0))
        .startsWith("crjvm: cannot restore \"/opt/image/app\": ")
        .contains(cause)
        .endsWith("; starting the application normally");
    assertRestricted(unfit);
    assertHealthy(unfit);
    awaitProbes(unfit, "deployment.yaml", PROBES);
    PODS.remove(unfit);
  }

  /**
   * Waits for all probes of a manifest at the same time. A single one may be late on a busy
   * machine.
   */
  private static void awaitProbes(Pods.Pod pod, String file, Set<String> names) {
    Await.until(LIMIT, file + "'s probes", () -> PODS.probe(pod, file).equals(names));
  }

  /**
   * Stops a replica, so that it does not answer, and then lets it go on. podman's own probe would
   * wait for ever for such a replica.
   */
  private static void assertProbesNoticeAHang(Pods.Pod pod) throws Exception {
    long process = pid(pod);
    RunningProcess.signal("STOP", process);
    assertThat(PODS.probe(pod, "deployment.yaml")).isEmpty();
    RunningProcess.signal("CONT", process);
    awaitProbes(pod, "deployment.yaml", PROBES);
  }

  /**
   * Checks the pod that Kubernetes would make of a Knative service. podman does not know such
   * services.
   */
  private static void assertKnative() throws Exception {
    Pods.Pod pod =
        PODS.deploy(
            "knative.yaml",
            "knative",
            Map.of(
                "serving.knative.dev/v1\nkind: Service",
                "apps/v1\nkind: Deployment",
                "- image: " + REGISTRY,
                "- name: app\n          image: localhost"));
    assertThat(PODS.awaitAnswer(pod)).containsPattern(RESTORED);
    assertThat(PODS.messages(pod, "app")).isEmpty();
    assertRestricted(pod);
    awaitProbes(pod, "knative.yaml", Set.of("readinessProbe"));
    PODS.remove(pod);
  }

  /** Replaces the old replicas one by one when a new one answers. A client notices nothing. */
  private static void roll(List<Pods.Pod> old) throws Exception {
    List<String> answers;
    try (ServiceClient client = new ServiceClient()) {
      for (Pods.Pod pod : old) {
        client.add(pid(pod));
      }
      for (Pods.Pod pod : old) {
        Pods.Pod next = PODS.deploy("deployment.yaml", pod.name() + "-next", image("2"));
        assertThat(PODS.awaitAnswer(next)).containsPattern(RESTORED_NEXT);
        assertThat(PODS.messages(next, "app")).isEmpty();
        client.add(pid(next));
        long gone = pid(pod);
        PODS.remove(pod);
        client.remove(gone);
      }
      int until = client.answers().size();
      Await.until(LIMIT, "more answers", () -> client.answers().size() > until + 2);
      answers = client.answers();
    }
    assertThat(answers).doesNotContain("").allMatch(answer -> answer.startsWith("Hello, "));
    assertThat(answers.get(0)).containsPattern(RESTORED);
    assertThat(answers.get(answers.size() - 1)).containsPattern(RESTORED_NEXT);
  }

  private static long pid(Pods.Pod pod) throws Exception {
    return Long.parseLong(PODS.inspect(pod, ".State.Pid"));
  }

  /** Checks that the process has what the restricted standard demands. */
  private static void assertRestricted(Pods.Pod pod) throws Exception {
    assertRestricted(pod, "/opt/image/");
  }

  private static void assertRestricted(Pods.Pod pod, String imagePlace) throws Exception {
    String filters =
        CONTAINERS.engine().podman("info", "--format={{.Host.Security.SECCOMPEnabled}}");
    String none = "0000000000000000";
    assertThat(PODS.exec(pod, "cat /proc/1/comm")).isEqualTo("java");
    assertThat(PODS.exec(pod, "cat /proc/1/status").lines())
        .contains("Uid:\t1000\t1000\t1000\t1000", "Gid:\t1000\t1000\t1000\t1000")
        .contains("CapInh:\t" + none, "CapPrm:\t" + none, "CapEff:\t" + none, "CapBnd:\t" + none)
        .contains("CapAmb:\t" + none, "NoNewPrivs:\t1")
        .contains("Seccomp:\t" + (filters.equals("true") ? 2 : 0));
    for (String place : List.of("/", imagePlace, "/home/app/")) {
      assertThat(PODS.exec(pod, "touch " + place + "new 2>&1 || :"))
          .contains("Read-only file system");
    }
    assertThat(PODS.exec(pod, "touch /tmp/new 2>&1")).isEmpty();
  }

  /**
   * Asks for the state of health. Without systemd, podman runs probes on demand: first the start
   * probe, then the liveness probe.
   */
  private static void assertHealthy(Pods.Pod pod) throws Exception {
    for (int i = 0; i < 2; i++) {
      CONTAINERS.engine().podman("healthcheck", "run", pod.id());
    }
    assertThat(PODS.inspect(pod, ".State.Health.Status")).isEqualTo("healthy");
    assertThat(PODS.inspect(pod, "json .Config.Healthcheck")).contains("http://localhost:8080/");
  }

  /** Builds the container image with another application. */
  private static void buildWithOtherJar(String tag) throws Exception {
    Path other = BENCH.newFolder("jar");
    Path jar = other.resolve("app.jar");
    Files.copy(BENCH.copyOf(DockerExample.JAR), jar);
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      Files.createFile(content.getPath("/other"));
    }
    replace(tag, jar, "/opt/app/app.jar");
  }

  /**
   * Builds the container image as if it had been made on a CPU with a feature that no CPU of the
   * last ten years has.
   */
  private static void buildForOtherCpu(String tag) throws Exception {
    String file = "/opt/image/app/plan";
    Path plan = BENCH.newFolder("cpu").resolve("plan");
    CONTAINERS.engine().podman("create", "--name=source", "localhost/team/app:1");
    CONTAINERS.engine().podman("cp", "source:" + file, plan.toString());
    CONTAINERS.engine().podman("rm", "source");
    // The offsets are those of the header in docs/image-format.md: cpu[5], leaf 0x80000001 ecx, and
    // crc.
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(plan)).order(ByteOrder.LITTLE_ENDIAN);
    int word = 64 + 5 * Long.BYTES;
    content.putLong(word, content.getLong(word) | 1 << 21);
    CRC32C crc = new CRC32C();
    crc.update(content.slice(16, content.capacity() - 16));
    content.putInt(12, (int) crc.getValue());
    Files.write(plan, content.array());
    replace(tag, plan, file);
  }

  private static void replace(String tag, Path file, String path) throws Exception {
    Files.writeString(
        file.resolveSibling("Containerfile"),
        "FROM localhost/team/app:1\nCOPY --chmod=644 " + file.getFileName() + " " + path + "\n");
    String context = file.getParent().toString();
    CONTAINERS.engine().podman("build", "--quiet", "--network=none", "--tag=" + tag, context);
  }

  @Test
  void theJobPushesAndADeploymentPulls_OrStartsNormallyWhereNoVariantFits() throws Exception {
    build("Containerfile", "localhost/team/app-builder:1", "--target builder ");
    build("Containerfile", "localhost/team/app-runner:1", "--target runner ");
    RegistryServer registry = RegistryServer.start(BENCH);
    registry.startIn(NETWORK::of, BENCH);
    String network = "ns:" + NETWORK.path();
    Map<String, String> texts = new HashMap<>();
    texts.put(REGISTRY + "/team/app-builder:1", "localhost/team/app-builder:1");
    texts.put("oci://" + REGISTRY + "/", "oci://" + registry.place(""));
    // podman knows the profile only by the annotation of older versions of Kubernetes.
    String labels = "      labels: {app: app-checkpoint}\n";
    String profile = "container.seccomp.security.alpha.kubernetes.io/checkpoint: unconfined";
    texts.put(labels, labels + "      annotations: {" + profile + "}\n");

    Pods.Pod job = PODS.play("checkpoint-job.yaml", "app-checkpoint", "push", network, texts);
    CONTAINERS.engine().podman("wait", job.id());
    assertThat(PODS.inspect(job, ".State.ExitCode")).as(PODS.log(job, "push") + "").isEqualTo("0");
    assertThat(PODS.log(job, "push")).singleElement().asString().contains("\" is pushed: ");
    PODS.remove(job);
    texts.remove(labels);

    texts.put(REGISTRY + "/team/app-runner:1", "localhost/team/app-runner:1");
    // Otherwise podman removes a container that has ended, and its log with it.
    texts.put(DEPLOYMENT, DEPLOYMENT + KEEP_INIT_CONTAINERS);
    Pods.Pod fits = PODS.play("deployment-pull.yaml", "fits", "app", network, texts);
    assertThat(PODS.awaitAnswer(fits)).containsPattern(RESTORED);
    assertThat(PODS.messages(fits, "app")).isEmpty();
    assertThat(PODS.log(fits, "pull")).singleElement().asString().contains("\" is pulled: ");
    assertRestricted(fits);
    assertHealthy(fits);
    awaitProbes(fits, "deployment-pull.yaml", PROBES);
    PODS.remove(fits);

    assertStartsFromTheStore(network, texts);

    String index = registry.index("team/app", "1-checkpoint");
    String other = index.replaceFirst("(crjvm.cpu-features\":\")", "$1avx99 ");
    assertThat(other).isNotEqualTo(index);
    registry.putIndex("team/app", "1-checkpoint", other);
    Pods.Pod unfit = PODS.play("deployment-pull.yaml", "unfit", "app", network, texts);
    assertThat(PODS.awaitAnswer(unfit)).containsPattern(STARTED);
    assertThat(PODS.log(unfit, "pull"))
        .singleElement()
        .asString()
        .startsWith("crjvm: ")
        .contains("fits this machine: the CPU lacks \"avx99\"; ");
    assertThat(PODS.messages(unfit, "app"))
        .containsExactly(
            "crjvm: cannot restore \"/opt/image/app\": there is no such image; starting the"
                + " application normally");
    assertRestricted(unfit);
    assertHealthy(unfit);
    PODS.remove(unfit);
  }

  /** Lets the DaemonSet fill the store of this node, and starts the deployment that uses it. */
  /** Its readiness probe looks for the file that is there as soon as it listens. */
  private static void assertSleepsUntilAsked() throws Exception {
    Pods.Pod parked = PODS.deploy("deployment-parked.yaml", "parked", image("1"));
    Await.until(
        RunningProcess.LIMIT,
        "the port file",
        () -> PODS.exec(parked, "cat /tmp/ports || :").equals("8080=8080"));
    assertThat(PODS.exec(parked, "cat /proc/1/comm")).isEqualTo("crjvm-parked");
    assertThat(PODS.awaitAnswer(parked)).containsPattern(RESTORED);
    assertThat(PODS.exec(parked, "cat /proc/1/comm")).isEqualTo("java");
    assertThat(PODS.messages(parked, "app")).isEmpty();
    assertRestricted(parked);
    PODS.remove(parked);
  }

  private static void assertStartsFromTheStore(String network, Map<String, String> given)
      throws Exception {
    Path store = Files.createDirectory(BENCH.newFolder("node").resolve("crjvm"));
    Map<String, String> texts = new HashMap<>(given);
    texts.put("path: /var/lib/crjvm", "path: " + store);
    Map<String, String> filling = new HashMap<>(texts);
    filling.remove(REGISTRY + "/team/app-runner:1");
    String head = "kind: DaemonSet\nmetadata:\n";
    filling.put(head, head + KEEP_INIT_CONTAINERS);
    filling.remove(DEPLOYMENT);
    Pods.Pod daemon = PODS.play("daemonset-store.yaml", "app-store", "wait", network, filling);
    assertThat(String.join("\n", PODS.log(daemon, "pull")))
        .contains("\" is in the store: ", "\" is in memory: ")
        .doesNotContain("crjvm: ");

    texts.remove(REGISTRY + "/team/app-builder:1");
    Pods.Pod stored = PODS.play("deployment-store.yaml", "stored", "app", "none", texts);
    assertThat(PODS.awaitAnswer(stored)).containsPattern(RESTORED);
    assertThat(PODS.messages(stored, "app")).isEmpty();
    assertRestricted(stored, "/var/lib/crjvm/");
    assertHealthy(stored);
    PODS.remove(stored);
    PODS.remove(daemon);
  }

  @Test
  void theScriptForDockerTakesPodmanToo() throws Exception {
    Requirement.need(ContainerEngine.isThere("nft"), "there is no nft for podman's networks");
    String build = example.commands().get(1);
    String run = example.commands().get(2);
    assertThat(run).startsWith("docker run -d -p 8080:8080 ");
    String script =
        String.join(
            "\n",
            "PATH=\"$1:$PATH\"; ip link set lo up || exit 1; set -ex",
            "ENGINE=podman " + build,
            "container=$(" + run.replaceFirst("docker", "podman") + ")",
            "curl -sSf --retry 20 --retry-all-errors --retry-delay 1 http://localhost:8080/",
            "podman exec \"$container\" cat /proc/1/status",
            "podman logs \"$container\" 2>&1",
            "podman stop \"$container\"");
    Command command =
        new Command(BENCH, example.root())
            .add("unshare", "--net", "sh", "-c", script, "sh")
            .add(CONTAINERS.engine().command().getParent());
    RunningProcess process = succeed(command, "docker");
    // The lines of the normal start come from the making of the checkpoint.
    String answer = "Hello, request 201\n";
    assertThat(process.stdout()).contains(answer);
    assertThat(process.stdout().substring(process.stdout().indexOf(answer)))
        .contains("Uid:\t1000\t1000", "NoNewPrivs:\t1")
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
        .doesNotContain("crjvm: ", "listening on port");
  }
}
