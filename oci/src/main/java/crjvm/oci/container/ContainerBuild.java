package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.arch.Architecture;
import crjvm.image.archive.frame.Progress;
import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.image.plan.PlanFile;
import crjvm.oci.layer.Compression;
import crjvm.oci.layer.LayerFiles;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.layer.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Puts an image, its application and the launcher on a base. */
public final class ContainerBuild {
  private static final String HOME = "/opt/crjvm";
  private static final String IMAGE = "/opt/crjvm-image";

  private static final String RESTORER = "libexec/crjvm-restore";

  /** The programs of a distribution that a restore can need. */
  private static final List<String> PROGRAMS =
      List.of("bin/crjvm", RESTORER, "libexec/crjvm-verify");

  private static final List<String> PARTS =
      List.of(
          "libexec/age.sh",
          "libexec/json.sh",
          "libexec/report.sh",
          "libexec/series.sh",
          "libexec/store-entry.sh",
          "libexec/vm-options.sh");

  /** A pattern of working directories that a build does not create in the container. */
  private static final String COMMON_FOLDER = "/|/(tmp|usr|etc|opt|proc|dev|sys)(/.*)?";

  private final Path image;
  private final Path home;
  private final String user;
  private final Compression compression;
  private final List<Path> additions = new ArrayList<>();
  private Map<String, String> environment = Map.of();
  private String digest = "";
  private Optional<String> fatJar = Optional.empty();

  /**
   * Prepares a build.
   *
   * @param image an absolute path
   * @param home the distribution folder
   * @param user UID:GID
   */
  public ContainerBuild(Path image, Path home, String user, Compression compression) {
    this.image = image;
    this.home = home;
    this.user = user;
    this.compression = compression;
  }

  public void add(List<Path> paths) {
    additions.addAll(paths);
  }

  public void environment(Map<String, String> variables) {
    environment = variables;
  }

  /** Returns the digest of the result. */
  public String digest() {
    return digest;
  }

  /** Returns the jar of the application if it has its libraries in it. */
  public Optional<String> fatJar() {
    return fatJar;
  }

  public void run(Base base, Target target, boolean plainHttp, Progress progress)
      throws IOException, ImageException, InterruptedException {
    Manifest manifest = ImageVerifier.verifyContents(image);
    PlanFile plan = PlanFile.read(image.resolve(PlanFile.FILE));
    Architecture machine = plan.machine().architecture();
    checkMachine(machine, base);
    ZstdLibrary.load();
    Path folder = Files.createTempDirectory("crjvm-oci-");
    // This checks that the output can be written before the work, which would otherwise be in vain.
    try (ImageOutput output = ImageOutput.to(target, folder, plainHttp)) {
      String javaHome = manifest.require("java-home");
      ApplicationFiles application = new ApplicationFiles(manifest, javaHome, home);
      List<RequiredFile> required = RequiredFile.of(manifest, plan);
      AtomicLong done = new AtomicLong();
      LayerStore store =
          new LayerStore(
              output.blobs(), compression, bytes -> progress.at(done.addAndGet(bytes), 0));
      BaseReader reader = new BaseReader(folder, plainHttp, machine, progress);
      PreparedBase prepared = prepare(base, required, application, javaHome, store, reader);
      ImageConfig config = config(prepared.image(), manifest);
      addFiles(application, base, prepared, required);
      addWorkingFolder(application, prepared, manifest, config);
      addLauncher(application);
      fatJar = application.fatJar();
      Map<String, LayerFiles> contents = contents(application, manifest, plan, prepared.owner());
      List<StoredLayer> added = new ArrayList<>();
      for (Map.Entry<String, LayerFiles> each : contents.entrySet()) {
        if (!each.getValue().isEmpty()) {
          added.add(store.add(each.getKey(), each.getValue()::writeTo));
        }
      }
      List<StoredLayer> layers = new ArrayList<>(prepared.image().layers());
      layers.addAll(added);
      digest = output.write(store, machine, config.format(added), layers, progress);
    } finally {
      OwnFiles.delete(folder);
    }
  }

  /**
   * Checks that the distribution is for the machine of the image, and that this machine's files are
   * not taken for another one. The distribution itself may be for another machine than this one,
   * because everything that runs here is Java.
   */
  private void checkMachine(Architecture machine, Base base) throws IOException, ImageException {
    Path restorer = home.resolve(RESTORER);
    if (!Files.isReadable(restorer)) {
      throw missing(restorer);
    }
    Architecture built = Architecture.ofProgram(restorer);
    if (built != machine) {
      throw new ImageException(
          Names.quote(image.toString())
              + " is for "
              + machine.title()
              + ", and this distribution is for "
              + built.title()
              + "; run crjvm oci build of the distribution for "
              + machine.title());
    }
    if (base.kind() == Base.Kind.HOST && !machine.isOwn()) {
      throw new ImageException(
          Names.quote(image.toString())
              + " is for "
              + machine.title()
              + ", and the files of this machine are for "
              + Architecture.own().title()
              + "; give --base, the container image in which it was made");
    }
  }

  private static ImageException missing(Path file) {
    return new ImageException("\"" + file + "\" is missing; unpack the distribution again");
  }

  /**
   * Returns the contents of the layers above the base, from the bottom up. What changes seldom lies
   * below what changes often, because Docker fetches every layer again that lies above a new one.
   * The launcher changes less often than libraries may, but it is small, and libraries are not.
   */
  private Map<String, LayerFiles> contents(
      ApplicationFiles application, Manifest manifest, PlanFile plan, String owner)
      throws IOException, ImageException {
    Map<String, LayerFiles> contents = new LinkedHashMap<>();
    contents.put("libraries", application.libraries());
    contents.put("launcher", application.launcher());
    contents.put("snapshots of libraries", application.snapshots());
    contents.put("application", application.application());
    contents.put("checkpoint", checkpoint(manifest, plan, owner));
    return contents;
  }

  private PreparedBase prepare(
      Base base,
      List<RequiredFile> required,
      ApplicationFiles application,
      String javaHome,
      LayerStore store,
      BaseReader reader)
      throws IOException, ImageException, InterruptedException {
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
        return PreparedBase.ofHost(store, system, own, javaHome, user);
      }
      case ROOT -> {
        return PreparedBase.ofRoot(store, base.path(), required, javaHome, reader.machine());
      }
      default -> {
        BaseImage found = reader.read(base, store);
        return PreparedBase.of(found, store, required, base.shown());
      }
    }
  }

  private ImageConfig config(BaseImage base, Manifest manifest) throws ImageException {
    ImageConfig config;
    try {
      config = new ImageConfig(base, Instant.parse(manifest.require("created")));
    } catch (DateTimeException e) {
      throw new ImageException("the manifest is damaged: \"created\" is not a time", e);
    }
    config.user(user);
    config.entryPoint(List.of(HOME + "/bin/crjvm", "run", "--image", IMAGE));
    config.environment(environment);
    config.label("crjvm.image-id", manifest.require("image-id"));
    config.label("crjvm.vm-version", manifest.require("vm-version"));
    config.label("crjvm.cpu-features", manifest.first("cpu-features").orElse(""));
    for (String place : manifest.all("listening")) {
      if (place.matches("(tcp|udp) \\d{1,5}")) {
        String[] words = place.split(" ");
        config.port(words[1] + "/" + words[0]);
      }
    }
    return config;
  }

  private void addFiles(
      ApplicationFiles application, Base base, PreparedBase prepared, List<RequiredFile> required)
      throws IOException, ImageException {
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
    application.addClassPath(required);
    for (Path each : additions) {
      application.addTree(each);
    }
  }

  private void addWorkingFolder(
      ApplicationFiles application, PreparedBase base, Manifest manifest, ImageConfig config)
      throws ImageException {
    String folder = manifest.require("working-directory");
    boolean isOwn = base.isOfHost() && !folder.matches(COMMON_FOLDER);
    if (isOwn) {
      application.addFolder(folder, user);
    }
    config.workingFolder(isOwn ? folder : "/");
  }

  private void addLauncher(ApplicationFiles application) throws ImageException {
    List<String> files = new ArrayList<>(PROGRAMS);
    files.addAll(PARTS);
    for (String each : files) {
      Path file = home.resolve(each);
      if (!Files.isReadable(file)) {
        throw missing(file);
      }
      application.addLauncher(HOME + "/" + each, file, PROGRAMS.contains(each) ? 0755 : 0644);
    }
  }

  /**
   * Returns the files of the image. They have the times of the plan, because a start would
   * otherwise read all of them.
   *
   * @param owner the owner of the image, and so of code that a start maps
   */
  private LayerFiles checkpoint(Manifest manifest, PlanFile plan, String owner)
      throws IOException, ImageException {
    LayerFiles layer = new LayerFiles();
    layer.addFolder(IMAGE, owner);
    Map<String, Instant> times = RequiredFile.times(plan);
    List<String> names = new ArrayList<>(ImageFiles.sizes(manifest).keySet());
    names.add(Manifest.FILE);
    if (Files.exists(image.resolve(Manifest.SIGNATURE))) {
      names.add(Manifest.SIGNATURE);
    }
    for (String name : names) {
      Path file = image.resolve(name);
      Instant onDisk = Files.getLastModifiedTime(file).toInstant();
      Instant time = times.getOrDefault(name, onDisk);
      layer.add(IMAGE + "/" + name, file, 0444, time, owner);
    }
    return layer;
  }
}
