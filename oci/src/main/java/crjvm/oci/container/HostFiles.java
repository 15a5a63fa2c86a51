package crjvm.oci.container;

import crjvm.image.ImageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects the files of this machine that an image needs: the files that a restore compares and
 * maps, the JDK for the normal start, a shell for the launcher, and the libraries that the dynamic
 * loader looks for.
 */
final class HostFiles {
  /** The parts of a JDK that no application needs at run time. */
  private static final Set<String> LEFT_OUT =
      Set.of("jmods", "lib/src.zip", "include", "man", "demo", "sample", "docs", "legal");

  private static final String SHELL = "/bin/sh";

  /** A line of ldd: {@code libc.so.6 => /lib/libc.so.6 (0x…)}, or the loader alone. */
  private static final Pattern LIBRARY = Pattern.compile("(?:.* => )?(/\\S+) \\(0x[0-9a-f]+\\)");

  private HostFiles() {}

  /**
   * Collects the files.
   *
   * @param system the required files that do not belong to the application
   */
  static RootFiles collect(List<RequiredFile> system, String javaHome)
      throws IOException, ImageException {
    RootFiles files = new RootFiles(Path.of("/"));
    Set<String> programs = new TreeSet<>(List.of(SHELL, javaHome + "/bin/java"));
    for (RequiredFile file : system) {
      files.add(file.path());
      if (file.path().matches(".*\\.so(\\.[0-9.]+)?")) {
        programs.add(file.path());
      }
    }
    try {
      files.addTree(javaHome, path -> isLeftOut(path, javaHome));
      files.add(SHELL);
      for (String library : libraries(programs)) {
        files.add(library);
      }
    } catch (NoSuchFileException e) {
      throw new ImageException(
          "there is no \""
              + e.getFile()
              + "\" here, which the container would need; build it where the JDK of the image is,"
              + " or give --base",
          e);
    }
    return files;
  }

  private static boolean isLeftOut(String path, String javaHome) {
    return path.startsWith(javaHome + "/")
        && LEFT_OUT.contains(path.substring(javaHome.length() + 1));
  }

  private static List<String> libraries(Set<String> programs) throws IOException, ImageException {
    List<String> command = new ArrayList<>(List.of("ldd"));
    command.addAll(programs);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("LD_PRELOAD");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    List<String> libraries = new ArrayList<>();
    Process ldd;
    try {
      ldd = builder.start();
    } catch (IOException e) {
      throw new ImageException(
          "there is no ldd, which names the libraries that the base needs; install libc-bin, or"
              + " give --base",
          e);
    }
    try (BufferedReader lines = ldd.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = LIBRARY.matcher(line.strip());
        if (matcher.matches() && Files.exists(Path.of(matcher.group(1)))) {
          libraries.add(matcher.group(1));
        }
      }
    }
    return libraries;
  }
}
