package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.layer.LayerTar;
import crjvm.oci.layer.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A base whose layers are stored.
 *
 * @param lacking required files that are missing, or are not the same as at the checkpoint
 * @param isOfHost true if it has only files that were collected from this machine
 * @param owner UID:GID of the JVM's library. A start maps code only from files that belong to root,
 *     to its own user or to the image's owner
 */
record PreparedBase(BaseImage image, List<RequiredFile> lacking, boolean isOfHost, String owner) {
  private static final String NAME = "base";

  /** The folders of a base of the host's files that are empty. */
  private static final List<String> EMPTY_FOLDERS = List.of("/proc", "/sys", "/dev", "/run");

  /** Prepares a base of the files of this machine that a restore needs. */
  static PreparedBase ofHost(
      LayerStore store,
      List<RequiredFile> system,
      List<RequiredFile> application,
      String javaHome,
      String user)
      throws IOException, ImageException {
    RootFiles files = HostFiles.collect(system, javaHome);
    Map<String, Instant> times = times(system);
    StoredLayer layer =
        store.add(
            NAME,
            tar -> {
              for (Map.Entry<String, Path> each : files.entries().entrySet()) {
                tar.addForAll(each.getKey(), each.getValue(), times);
              }
              addEmpty(tar, files);
              addNames(tar, user);
            });
    return new PreparedBase(
        BaseImage.of(layer, path(javaHome), Architecture.own()),
        application,
        true,
        BaseContents.ROOT);
  }

  private static void addEmpty(LayerTar tar, RootFiles files) throws IOException {
    if (!files.has("/etc")) {
      tar.addFolder("/etc", 0755);
    }
    for (String each : EMPTY_FOLDERS) {
      if (!files.has(each)) {
        tar.addFolder(each, 0755);
      }
    }
    if (!files.has("/tmp")) {
      tar.addFolder("/tmp", 01777);
    }
  }

  /** Adds the names that the C library looks up. */
  private static void addNames(LayerTar tar, String user) throws IOException {
    String[] ids = user.split(":");
    tar.add(
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\napp:x:" + ids[0] + ":" + ids[1] + ":app:/tmp:/bin/sh\n");
    tar.add("/etc/group", "root:x:0:\napp:x:" + ids[1] + ":\n");
    tar.add("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
  }

  private static String path(String javaHome) {
    return javaHome + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  }

  /** Prepares a base of a whole root file system. */
  static PreparedBase ofRoot(
      LayerStore store,
      Path root,
      List<RequiredFile> required,
      String javaHome,
      Architecture machine)
      throws IOException, ImageException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(root.toString());
    }
    List<RequiredFile> lacking = new ArrayList<>();
    String owner = BaseContents.ROOT;
    for (RequiredFile file : required) {
      Path inRoot = root.resolve(file.path().substring(1));
      if (!file.isSameAs(inRoot)) {
        lacking.add(file);
      } else if (file.isOfJvm()) {
        Map<String, Object> ids = Files.readAttributes(inRoot, "unix:uid,gid");
        owner = ids.get("uid") + ":" + ids.get("gid");
      }
    }
    RootFiles files = new RootFiles(root);
    files.addAll();
    StoredLayer layer =
        store.add(
            NAME,
            tar -> {
              for (Map.Entry<String, Path> each : files.entries().entrySet()) {
                tar.addAsItIs(each.getKey(), each.getValue());
              }
            });
    BaseImage image = BaseImage.of(layer, path(javaHome), machine);
    return new PreparedBase(image, lacking, false, owner);
  }

  /** Prepares a base from a container image. */
  static PreparedBase of(
      BaseImage image, LayerStore store, List<RequiredFile> required, String shown)
      throws IOException, ImageException {
    BaseContents contents = BaseContents.scan(store, image.layers(), required, shown);
    return new PreparedBase(
        image,
        required.stream().filter(file -> !contents.has(file)).toList(),
        false,
        contents.owner());
  }

  private static Map<String, Instant> times(List<RequiredFile> files) {
    Map<String, Instant> times = new HashMap<>();
    files.stream()
        .filter(file -> file.modified() != null)
        .forEach(file -> times.put(file.path(), file.modified()));
    return times;
  }
}
