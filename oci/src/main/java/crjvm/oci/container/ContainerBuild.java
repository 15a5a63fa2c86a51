package crjvm.oci.container;

import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.archive.Progress;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts a checkpoint, its application and the launcher on a base. */
public final class ContainerBuild {
  private static final String HOME = "/opt/crjvm";
  private static final String IMAGE = "/opt/crjvm-image";

  /** The programs of a distribution that a restore can need. */
  private static final List<String> PROGRAMS =
      List.of("bin/crjvm", "libexec/crjvm-restore", "libexec/crjvm-verify");

  private static final List<String> PARTS =
      List.of(
          "libexec/age.sh",
          "libexec/json.sh",
          "libexec/report.sh",
          "libexec/series.sh",
          "libexec/store-entry.sh",
          "libexec/vm-options.sh");

  private final Path image;
  private final Path home;
  private final String user;
  private final List<Path> additions = new ArrayList<>();
  private Map<String, String> environment = Map.of();
  private String summary = "";

  /**
   * Prepares a build.
   *
   * @param image an absolute path
   * @param home the distribution folder
   * @param user UID:GID
   */
  public ContainerBuild(Path image, Path home, String user) {
    this.image = image;
    this.home = home;
    this.user = user;
  }

  public void add(List<Path> paths) {
    additions.addAll(paths);
  }

  public void environment(Map<String, String> variables) {
    environment = variables;
  }

  /** Returns a summary of the result, for the final line. */
  public String summary() {
    return summary;
  }

  public void run(Base base, Target target, boolean plainHttp, Progress progress)
      throws IOException, ImageException, InterruptedException {
    Manifest manifest = ImageVerifier.verifyContents(image);
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    String javaHome = manifest.require("java-home");
    Path folder = Files.createTempDirectory("crjvm-oci-");
    try {
      ApplicationLayer application = new ApplicationLayer(manifest, javaHome);
      Registry registry = new Registry(folder, plainHttp, progress);
      registry.check(target); // before the work, which may be in vain
      PreparedBase prepared =
          prepare(base, RequiredFile.of(manifest, plan), application, javaHome, folder, registry);
      for (RequiredFile file : prepared.lacking()) {
        if (!application.owns(file)) {
          throw new ImageException(
              "the base \""
                  + base.shown()
                  + "\" has no \""
                  + file.path()
                  + "\" as it was at the checkpoint; give the base in which the image was made");
        }
        application.add(file);
      }
      JibContainerBuilder container = Jib.from(TarImage.at(prepared.tar()));
      describe(container, manifest);
      container.addFileEntriesLayer(launcherLayer());
      addApplication(container, application, prepared, manifest);
      container.addFileEntriesLayer(checkpointLayer(manifest, plan, prepared.owner()));
      summary = registry.write(container, target);
    } finally {
      OwnFiles.delete(folder);
    }
  }

  private PreparedBase prepare(
      Base base,
      List<RequiredFile> required,
      ApplicationLayer application,
      String javaHome,
      Path folder,
      Registry registry)
      throws IOException, ImageException, InterruptedException {
    Path tar = folder.resolve("base.tar");
    switch (base.kind()) {
      case HOST -> {
        List<RequiredFile> system =
            required.stream().filter(file -> !application.owns(file)).toList();
        for (RequiredFile file : system) {
          if (!file.isSameAs(Path.of(file.path()))) {
            throw new ImageException(
                "\""
                    + file.path()
                    + "\" is not here as it was at the checkpoint; give --base, the container in"
                    + " which the image was made, or make the image again");
          }
        }
        List<RequiredFile> own = required.stream().filter(application::owns).toList();
        return PreparedBase.ofHost(system, own, javaHome, user, folder);
      }
      case ROOT -> {
        return PreparedBase.ofRoot(base.path(), required, javaHome, folder);
      }
      case LAYOUT -> DockerTar.convert(base.path(), tar, base.shown());
      case REGISTRY -> registry.read(base.reference(), tar);
      case ARCHIVE -> {
        if (BaseContents.isDockerTar(base.path())) {
          return PreparedBase.ofArchive(base.path(), required, base.shown());
        }
        Path layout = folder.resolve("layout");
        LayoutFolder.extract(base.path(), layout);
        DockerTar.convert(layout, tar, base.shown());
        OwnFiles.delete(layout);
      }
    }
    return PreparedBase.ofArchive(tar, required, base.shown());
  }

  private void describe(JibContainerBuilder container, Manifest manifest) throws ImageException {
    container.setFormat(ImageFormat.OCI);
    container.setUser(user);
    container.setEntrypoint(HOME + "/bin/crjvm", "run", "--image", IMAGE);
    container.setProgramArguments(List.of());
    environment.forEach(container::addEnvironmentVariable);
    container.addLabel("crjvm.image-id", manifest.require("image-id"));
    container.addLabel("crjvm.vm-version", manifest.require("vm-version"));
    container.addLabel("crjvm.cpu-features", manifest.first("cpu-features").orElse(""));
    try {
      container.setCreationTime(Instant.parse(manifest.require("created")));
    } catch (DateTimeException e) {
      throw new ImageException("the manifest is damaged: \"created\" is not a time", e);
    }
    for (String place : manifest.all("listening")) {
      if (place.matches("(tcp|udp) \\d{1,5}")) {
        String[] words = place.split(" ");
        int number = Integer.parseInt(words[1]);
        container.addExposedPort(words[0].equals("tcp") ? Port.tcp(number) : Port.udp(number));
      }
    }
  }

  private FileEntriesLayer launcherLayer() throws ImageException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("launcher");
    List<String> files = new ArrayList<>(PROGRAMS);
    files.addAll(PARTS);
    for (String each : files) {
      Path file = home.resolve(each);
      if (!Files.isReadable(file)) {
        throw new ImageException("\"" + file + "\" is missing; unpack the distribution again");
      }
      layer.addEntry(
          new FileEntry(
              file,
              AbsoluteUnixPath.get(HOME + "/" + each),
              FilePermissions.fromOctalString(PROGRAMS.contains(each) ? "755" : "644"),
              FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
              "0:0"));
    }
    return layer.build();
  }

  private void addApplication(
      JibContainerBuilder container,
      ApplicationLayer application,
      PreparedBase base,
      Manifest manifest)
      throws IOException, ImageException {
    application.addFolders();
    for (Path each : additions) {
      application.addTree(each);
    }
    String folder = manifest.require("working-directory");
    boolean isOwn = base.isOfHost() && !folder.matches("/|/(tmp|usr|etc|opt|proc|dev|sys)(/.*)?");
    if (isOwn) {
      application.addFolder(folder, user);
    }
    container.setWorkingDirectory(AbsoluteUnixPath.get(isOwn ? folder : "/"));
    container.addFileEntriesLayer(application.build());
  }

  /**
   * Returns the layer of the checkpoint. Its files have the times of the plan, because a start
   * would otherwise read all of them.
   *
   * @param owner the owner of the image, and so of code that a start maps
   */
  private FileEntriesLayer checkpointLayer(Manifest manifest, PlanFile plan, String owner)
      throws IOException, ImageException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("checkpoint");
    layer.addEntry(
        new FileEntry(
            image,
            AbsoluteUnixPath.get(IMAGE),
            FilePermissions.fromOctalString("755"),
            FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
            owner));
    Map<String, Instant> times = RequiredFile.times(plan);
    List<String> names = new ArrayList<>(ImageFiles.sizes(manifest).keySet());
    names.add(Manifest.FILE);
    if (Files.exists(image.resolve(Manifest.SIGNATURE))) {
      names.add(Manifest.SIGNATURE);
    }
    for (String name : names) {
      Path file = image.resolve(name);
      Instant onDisk = Files.getLastModifiedTime(file).toInstant();
      layer.addEntry(
          new FileEntry(
              file,
              AbsoluteUnixPath.get(IMAGE + "/" + name),
              FilePermissions.fromOctalString("444"),
              times.getOrDefault(name, onDisk),
              owner));
    }
    return layer.build();
  }
}
