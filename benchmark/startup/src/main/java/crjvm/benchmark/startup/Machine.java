package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine on which the figures were measured.
 *
 * @param facts its properties by name, for users
 */
record Machine(Map<String, String> facts) {
  static Machine describe(Place place) throws IOException, InterruptedException, Failure {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("CPU", field("/proc/cpuinfo", "model name"));
    facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    long kilobytes = Long.parseLong(field("/proc/meminfo", "MemTotal").split(" ")[0]);
    facts.put("memory", Math.round(kilobytes * 1024 / 1e9) + " GB");
    facts.put("kernel", System.getProperty("os.version").replaceAll("-.*", ""));
    for (int major : Stream.of(Variant.values()).map(Variant::jdk).sorted().distinct().toList()) {
      Optional<Jdk> jdk = Jdk.find(major);
      facts.put("JDK " + major, jdk.map(Jdk::build).orElse("none"));
    }
    String criu = place.runAsRoot("criu-version", CriuWay.versionCommand());
    facts.put("CRIU", criu.lines().findFirst().orElse("").replace("Version: ", ""));
    facts.put("file system of the images", Files.getFileStore(place.settings().work).type());
    facts.put("load average at the end", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    return new Machine(facts);
  }

  private static String field(String file, String name) throws IOException {
    return Files.readAllLines(Path.of(file)).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
