package crjvm.oci.container;

import crjvm.image.ImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A base in a form that jib reads.
 *
 * @param tar an archive as docker save writes it
 * @param lacking required files that are missing, or are not the same as at the checkpoint
 * @param isOfHost true if it has only files that were collected for it
 * @param owner UID:GID of the JVM's library. A start maps code only from files that belong to root,
 *     to its own user or to the image's owner
 */
record PreparedBase(Path tar, List<RequiredFile> lacking, boolean isOfHost, String owner) {
  /** Where a base of the host's files lies that has nothing of its own. */
  private static final List<String> EMPTY_FOLDERS = List.of("/proc", "/sys", "/dev", "/run");

  /** Prepares a base of the files of this machine that a restore needs. */
  static PreparedBase ofHost(
      List<RequiredFile> system,
      List<RequiredFile> application,
      String javaHome,
      String user,
      Path folder)
      throws IOException, ImageException {
    Path layer = folder.resolve("layer.tar");
    String digest;
    RootFiles files = HostFiles.collect(system, javaHome);
    try (OutputStream out = Files.newOutputStream(layer);
        RootTar tar = new RootTar(out, times(system), false)) {
      for (Map.Entry<String, Path> entry : files.entries().entrySet()) {
        tar.add(entry.getKey(), entry.getValue());
      }
      addEmpty(tar, files);
      addNames(tar, user);
      digest = tar.finish();
    }
    return made(layer, digest, javaHome, folder, application, true, BaseContents.ROOT);
  }

  private static void addEmpty(RootTar tar, RootFiles files) throws IOException {
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
  private static void addNames(RootTar tar, String user) throws IOException {
    String[] ids = user.split(":");
    tar.add(
        "/etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\napp:x:" + ids[0] + ":" + ids[1] + ":app:/tmp:/bin/sh\n");
    tar.add("/etc/group", "root:x:0:\napp:x:" + ids[1] + ":\n");
    tar.add("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
  }

  /** Prepares a base of a whole root file system. */
  static PreparedBase ofRoot(Path root, List<RequiredFile> required, String javaHome, Path folder)
      throws IOException, ImageException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(root.toString());
    }
    Path layer = folder.resolve("layer.tar");
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
    String digest;
    try (OutputStream out = Files.newOutputStream(layer);
        RootTar tar = new RootTar(out, Map.of(), true)) {
      for (Map.Entry<String, Path> entry : files.entries().entrySet()) {
        tar.add(entry.getKey(), entry.getValue());
      }
      digest = tar.finish();
    }
    return made(layer, digest, javaHome, folder, lacking, false, owner);
  }

  private static PreparedBase made(
      Path layer,
      String digest,
      String javaHome,
      Path folder,
      List<RequiredFile> lacking,
      boolean isOfHost,
      String owner)
      throws IOException {
    Path tar = folder.resolve("base.tar");
    String path = javaHome + "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    DockerTar.write(tar, layer, digest, List.of("PATH=" + path));
    Files.delete(layer);
    return new PreparedBase(tar, lacking, isOfHost, owner);
  }

  /** Prepares a base from a container image on disk. */
  static PreparedBase ofArchive(Path tar, List<RequiredFile> required, String shown)
      throws IOException, ImageException {
    BaseContents contents = BaseContents.scan(tar, required, shown);
    return new PreparedBase(
        tar,
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
