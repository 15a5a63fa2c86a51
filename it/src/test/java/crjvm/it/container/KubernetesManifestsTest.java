package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The manifests of examples/kubernetes compared with each other. Those that podman can't run are
 * among them, too.
 */
class KubernetesManifestsTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("crjvm.it.root", ".."), "examples", "kubernetes");

  private static final String PORT = "8080";

  private static final List<String> DEPLOYMENTS =
      List.of(
          "deployment.yaml",
          "deployment-pull.yaml",
          "deployment-store.yaml",
          "deployment-parked.yaml");

  private static List<Map<String, Object>> read(String file) throws Exception {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Map<String, Object>> documents = new ArrayList<>();
    for (Object each :
        new Yaml(new SafeConstructor(options)).loadAll(Files.readString(FOLDER.resolve(file)))) {
      documents.add(Json.map(each));
    }
    return documents;
  }

  private static Object at(Object value, String path) {
    Object found = value;
    for (String name : path.split("/")) {
      found =
          name.matches("\\d+")
              ? Json.list(found).get(Integer.parseInt(name))
              : Json.map(found).get(name);
      assertThat(found).as(name + " of " + path).isNotNull();
    }
    return found;
  }

  private static Map<String, Object> pod(String file) throws Exception {
    return Json.map(at(read(file).get(0), "spec/template/spec"));
  }

  /** Returns the application's container in a manifest. */
  static Map<String, Object> container(String file) throws Exception {
    return Json.map(at(pod(file), "containers/0"));
  }

  /** Returns the security settings that apply to a container: those of the pod and its own. */
  private static Map<String, Object> security(Map<String, Object> pod, String container) {
    Map<String, Object> both = new HashMap<>();
    if (pod.containsKey("securityContext")) {
      both.putAll(Json.map(pod.get("securityContext")));
    }
    both.putAll(Json.map(at(pod, container + "/securityContext")));
    both.remove("fsGroup");
    return both;
  }

  @Test
  void eachIsAManifest_AndTheReadmeNamesIt() throws Exception {
    String readme = Files.readString(FOLDER.resolve("README.md"));
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        String name = file.getFileName().toString();
        assertThat(readme).contains("| [" + name + "](" + name + ") |");
        for (Map<String, Object> document : read(name)) {
          assertThat(document).containsOnlyKeys("apiVersion", "kind", "metadata", "spec");
          assertThat(at(document, "metadata/name")).asString().startsWith("app");
        }
      }
    }
  }

  @Test
  void theApplicationIsTheSameInEach() throws Exception {
    Map<String, Object> deployed = container("deployment.yaml");
    Map<String, Object> scaled = container("knative.yaml");
    assertThat(scaled.get("image")).isEqualTo(deployed.get("image"));
    assertThat(scaled.get("ports")).isEqualTo(deployed.get("ports"));
    assertThat(at(scaled, "readinessProbe/httpGet"))
        .isEqualTo(at(deployed, "readinessProbe/httpGet"));
    Map<String, Object> withoutGroup = security(pod("deployment.yaml"), "containers/0");
    withoutGroup.remove("runAsGroup");
    assertThat(security(pod("knative.yaml"), "containers/0")).isEqualTo(withoutGroup);

    Map<String, Object> parked = container("deployment-parked.yaml");
    assertThat(parked.get("image")).isEqualTo(deployed.get("image"));
    assertThat(parked.get("ports")).isEqualTo(deployed.get("ports"));
    assertThat(security(pod("deployment-parked.yaml"), "containers/0"))
        .isEqualTo(security(pod("deployment.yaml"), "containers/0"));

    for (String file : List.of("deployment-pull.yaml", "deployment-store.yaml")) {
      Map<String, Object> other = container(file);
      for (String same :
          List.of("ports", "resources", "startupProbe", "readinessProbe", "livenessProbe")) {
        assertThat(other.get(same)).as(same).isEqualTo(deployed.get(same));
      }
      assertThat(read(file).get(1)).isEqualTo(read("deployment.yaml").get(1));
    }
    assertThat(security(pod("deployment-store.yaml"), "containers/0"))
        .isEqualTo(security(pod("deployment.yaml"), "containers/0"));
    for (String container : List.of("initContainers/0", "containers/0")) {
      assertThat(security(pod("deployment-pull.yaml"), container))
          .isEqualTo(security(pod("deployment.yaml"), "containers/0"));
    }
  }

  /** A probe of the port would wake the application. */
  @Test
  void nothingConnectsToTheParkedOne() throws Exception {
    Map<String, Object> parked = container("deployment-parked.yaml");
    assertThat(parked).doesNotContainKeys("startupProbe", "livenessProbe");
    Map<String, Object> probe = Json.map(at(parked, "readinessProbe"));
    assertThat(probe).doesNotContainKeys("httpGet", "tcpSocket", "grpc");
    List<Object> arguments = Json.list(at(parked, "args"));
    Object file = arguments.get(arguments.indexOf("--port-file") + 1);
    assertThat(Json.list(at(probe, "exec/command"))).isEqualTo(List.of("test", "-e", file));
  }

  @Test
  void portsAndLabelsOfAManifestFit() throws Exception {
    for (String file : DEPLOYMENTS) {
      List<Map<String, Object>> documents = read(file);
      Object labels = at(documents.get(0), "spec/template/metadata/labels");
      assertThat(at(documents.get(0), "spec/selector/matchLabels")).isEqualTo(labels);
      assertThat(at(documents.get(1), "spec/selector")).isEqualTo(labels);
      assertThat(at(documents.get(1), "spec/ports/0/targetPort")).hasToString(PORT);
    }
    for (String file : Stream.concat(DEPLOYMENTS.stream(), Stream.of("knative.yaml")).toList()) {
      assertThat(at(container(file), "ports/0/containerPort")).hasToString(PORT);
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        boolean asks =
            container(file).get(probe) instanceof Map<?, ?> map && map.containsKey("httpGet");
        if (asks) {
          assertThat(at(container(file), probe + "/httpGet/port")).hasToString(PORT);
        }
      }
    }
    assertThat(at(pod("checkpoint-job.yaml"), "initContainers/0/args/1"))
        .asString()
        .contains("at=port:" + PORT + ",", "http://localhost:" + PORT + "/");
  }

  @Test
  void theDeploymentPullsWhatTheJobPushes() throws Exception {
    Map<String, Object> job = pod("checkpoint-job.yaml");
    Map<String, Object> deployment = pod("deployment-pull.yaml");
    Object builder = at(job, "initContainers/0/image");
    assertThat(at(job, "containers/0/image")).isEqualTo(builder);
    assertThat(at(deployment, "initContainers/0/image")).isEqualTo(builder);

    Object image = at(job, "containers/0/args/1");
    Object place = at(job, "containers/0/args/2");
    Matcher made =
        Pattern.compile("=image=([^,]+),").matcher(at(job, "initContainers/0/args/1").toString());
    assertThat(made.find()).isTrue();
    assertThat(made.group(1)).isEqualTo(image);
    assertThat(at(deployment, "initContainers/0/args/0"))
        .isEqualTo("/opt/crjvm/bin/crjvm pull " + place + " " + image + " || true");
    assertThat(at(deployment, "containers/0/args")).isEqualTo(List.of("run", "--image", image));
  }

  @Test
  void theDeploymentStartsFromTheStoreThatTheDaemonSetFills() throws Exception {
    Map<String, Object> filling = pod("daemonset-store.yaml");
    Map<String, Object> starting = pod("deployment-store.yaml");
    Object place = at(pod("checkpoint-job.yaml"), "containers/0/args/2");
    String launcher = "/opt/crjvm/bin/crjvm ";
    assertThat(at(filling, "initContainers/0/args/0"))
        .isEqualTo(
            String.format(
                "mkdir -p -m 0750 \"$CRJVM_STORE\" && %sstore pull %s && %swarm --pull never"
                    + " --image %s || true",
                launcher, place, launcher, place));
    assertThat(at(starting, "containers/0/args"))
        .isEqualTo(List.of("run", "--pull", "never", "--image", place));
    assertThat(at(starting, "containers/0/env/1")).isEqualTo(at(filling, "initContainers/0/env/0"));
    assertThat(at(starting, "containers/0/volumeMounts/0/mountPath"))
        .isEqualTo(at(filling, "initContainers/0/volumeMounts/0/mountPath"));
    assertThat(at(starting, "volumes/0/hostPath/path"))
        .isEqualTo(at(filling, "volumes/0/hostPath/path"));
    assertThat(at(starting, "securityContext/runAsGroup"))
        .isEqualTo(at(filling, "securityContext/runAsGroup"));
    assertThat(at(read("daemonset-store.yaml").get(0), "spec/selector/matchLabels"))
        .isEqualTo(at(read("daemonset-store.yaml").get(0), "spec/template/metadata/labels"));
  }
}
