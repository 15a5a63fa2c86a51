package crjvm.oci;

import crjvm.image.archive.frame.ProgressLine;
import crjvm.image.inspect.ImageInspector;
import crjvm.oci.container.Base;
import crjvm.oci.container.ContainerBuild;
import crjvm.oci.container.Target;
import crjvm.oci.layer.Compression;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oci build}: makes a container image that starts from an image. */
@Command(
    name = "build",
    description =
        "Makes a container image that starts from an image. Base, libraries, launcher,"
            + " application and image are a layer each. Its entry point is crjvm run. No container"
            + " engine is needed.",
    mixinStandardHelpOptions = true)
final class OciBuildCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--image",
      paramLabel = "DIR",
      defaultValue = "crjvm-image",
      description = "the image (default: crjvm-image)")
  private Path image;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TARGET",
      description =
          "where it goes: oci:DIR, a folder with an OCI layout; tar:FILE, an OCI archive;"
              + " docker://HOST/NAME:TAG, a registry")
  private String target;

  @Option(
      names = "--append",
      description =
          "the tag in a registry keeps its container images of other platforms, as with docker"
              + " buildx imagetools create --append")
  private boolean isAppended;

  @Option(
      names = "--base",
      paramLabel = "BASE",
      defaultValue = "host",
      description =
          "what is below: host, the JDK and the system's files that the image needs, as they"
              + " are here (default); rootfs:DIR, a root file system; oci:DIR, tar:FILE or"
              + " docker://HOST/NAME:TAG, the container image in which the checkpoint was made")
  private String base;

  @Option(
      names = "--add",
      paramLabel = "PATH",
      description =
          "a file or folder of the application beyond its class path; has the same path in the"
              + " container; may be repeated")
  private List<Path> additions = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME:TAG",
      description = "what the image in a folder or an archive is called (default: localhost/app)")
  private String name = "localhost/app";

  @Option(
      names = "--user",
      paramLabel = "UID:GID",
      description = "the user it runs as, not root (default: 1000:1000)")
  private String user = "1000:1000";

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "a variable of its environment; may be repeated")
  private Map<String, String> environment = Map.of();

  @Option(
      names = "--compression",
      paramLabel = "NAME",
      defaultValue = "zstd",
      description =
          "how its layers are compressed: zstd (default), or gzip for registries and container"
              + " engines that do not know zstd")
  private String compression;

  @Option(
      names = "--plain-http",
      description = "registries may be asked without TLS, as those on this machine are")
  private boolean plainHttp;

  @Option(
      names = "--verbose",
      description = "show the progress even if standard error is not a terminal")
  private boolean verbose;

  @Override
  public Integer call() throws Exception {
    if (!user.matches("[1-9]\\d{0,9}:\\d{1,10}")) {
      throw new ParameterException(
          spec.commandLine(), "--user takes UID:GID, two numbers, and not those of root");
    }
    Compression chosen =
        Compression.named(compression)
            .orElseThrow(
                () ->
                    new ParameterException(spec.commandLine(), "--compression takes zstd or gzip"));
    Target to = Target.parse(target, name);
    if (isAppended) {
      to = to.appended();
    }
    Path folder = image.toAbsolutePath().normalize();
    Path home = Path.of(home()).toAbsolutePath().normalize();
    ContainerBuild build = new ContainerBuild(folder, home, user, chosen);
    build.add(additions);
    build.environment(environment);
    try (ProgressLine progress = ProgressLine.of("building", verbose)) {
      build.run(Base.parse(base), to, plainHttp, progress);
    }
    System.out.printf(
        "\"%s\" is built: %s; a container of it needs %s%n",
        to.shown(), build.digest(), ImageInspector.memory(image));
    build.fatJar().ifPresent(OciBuildCommand::advise);
    return 0;
  }

  /** Says what would make the next version smaller. */
  private static void advise(String jar) {
    System.err.println(
        "crjvm: \""
            + jar
            + "\" has its libraries in it, so each version sends all of them; extract it before the"
            + " checkpoint with java -Djarmode=tools -jar FILE extract");
  }

  /** Returns the distribution folder. */
  private static String home() {
    return System.getProperty("crjvm.home", ".");
  }
}
