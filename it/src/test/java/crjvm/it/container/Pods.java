package crjvm.it.container;

import crjvm.it.bench.Await;
import crjvm.it.bench.Http;
import crjvm.it.bench.Json;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Runs pods that podman makes of the manifests in examples/kubernetes. */
final class Pods {
  /**
   * The limit for a pod's start. podman starts a pod when its init containers have ended, however
   * long that takes.
   */
  private static final String LIMIT_SECONDS = "300";

  private final Workbench bench;
  private final Containers containers;

  Pods(Workbench bench, Containers containers) {
    this.bench = bench;
    this.containers = containers;
  }

  /** A pod, and its main container. */
  record Pod(Path manifest, String name, String container) {
    String id() {
      return name + "-pod-" + container;
    }
  }

  /**
   * Starts one replica of a deployment, in a network of its own.
   *
   * @param name the name of the replica: podman makes only one of each name
   * @param texts replacements for texts of the manifest
   */
  Pod deploy(String file, String name, Map<String, String> texts) throws Exception {
    return play(file, name, "app", "none", texts);
  }

  /** Starts a pod in an existing network. */
  Pod play(String file, String name, String container, String network, Map<String, String> texts)
      throws Exception {
    String text = Files.readString(example(file));
    for (Map.Entry<String, String> each : texts.entrySet()) {
      if (!text.contains(each.getKey())) {
        throw new AssertionError("no \"" + each.getKey() + "\" in " + file);
      }
      text = text.replace(each.getKey(), each.getValue());
    }
    // This does not match the names of containers and volumes.
    text = text.replaceFirst("(?m)^  name: .*$", "  name: " + name);
    Path manifest = bench.newFolder("manifest").resolve(name + ".yaml");
    Files.writeString(manifest, text.replace("replicas: 2", "replicas: 1"));
    List<String> command = new ArrayList<>(List.of("timeout", LIMIT_SECONDS));
    command.add(containers.engine().command().toString());
    command.addAll(List.of("kube", "play", "--network=" + network, manifest.toString()));
    try {
      ContainerEngine.call(command);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + logs("pod", "logs", name + "-pod"), e);
    }
    return new Pod(manifest, name, container);
  }

  static Path example(String file) {
    return Path.of(System.getProperty("crjvm.it.root"), "examples", "kubernetes", file);
  }

  void remove(Pod pod) throws Exception {
    containers.engine().podman("kube", "down", pod.manifest().toString());
  }

  /** Runs a script in the pod's main container and returns its output. */
  String exec(Pod pod, String script) throws Exception {
    return containers.engine().podman("exec", pod.id(), "sh", "-c", script);
  }

  String inspect(Pod pod, String format) throws Exception {
    return containers.engine().podman("inspect", "--format={{" + format + "}}", pod.id());
  }

  String awaitAnswer(Pod pod) throws Exception {
    String ask = "curl -s --max-time 10 http://localhost:8080/ || :";
    Await.until(
        Http.START_LIMIT,
        "an answer of " + pod.name(),
        () -> {
          if (!inspect(pod, ".State.Status").equals("running")) {
            throw new AssertionError("it ended: " + log(pod, pod.container()));
          }
          return !exec(pod, ask).isEmpty();
        },
        () -> "it says: " + String.join("\n", messages(pod, pod.container())));
    return exec(pod, ask);
  }

  /**
   * Asks each probe of a manifest as Kubernetes does: a status from 200 to 399 is a success. The
   * limit is a second unless the manifest has another one.
   *
   * @return the names of the probes that succeed
   */
  Set<String> probe(Pod pod, String file) throws Exception {
    Set<String> succeeded = new TreeSet<>();
    for (Map.Entry<String, Object> each : KubernetesManifestsTest.container(file).entrySet()) {
      if (each.getKey().endsWith("Probe")) {
        Map<String, Object> probe = Json.map(each.getValue());
        Map<String, Object> get = Json.map(probe.get("httpGet"));
        String status =
            exec(
                pod,
                String.format(
                    "curl -s -o /dev/null -w '%%{http_code}' --max-time %s 'http://localhost:%s%s'"
                        + " || :",
                    probe.getOrDefault("timeoutSeconds", 1), get.get("port"), get.get("path")));
        if (status.matches("[23]\\d\\d")) {
          succeeded.add(each.getKey());
        }
      }
    }
    return succeeded;
  }

  /** Returns the messages of crjvm in a container of the pod. */
  List<String> messages(Pod pod, String container) {
    return log(pod, container).stream().filter(line -> line.startsWith("crjvm: ")).toList();
  }

  /**
   * Returns the log of a container. podman writes each stream of the log to the same stream of its
   * own.
   */
  List<String> log(Pod pod, String container) {
    return logs("logs", pod.name() + "-pod-" + container);
  }

  private List<String> logs(String... words) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "\"$@\" 2>&1", "sh"));
    command.add(containers.engine().command().toString());
    command.addAll(List.of(words));
    try {
      return ContainerEngine.call(command).lines().toList();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
