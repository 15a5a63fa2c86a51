package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.arch.ProcessorProgram;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The restorer, which says how this machine's processor works. */
final class RestorerProgram implements ProcessorProgram {
  private static final int LIMIT_S = 30;

  private final Path program;

  RestorerProgram(Path program) {
    this.program = program;
  }

  /** Returns the program of the distribution folder that this code is from. */
  static RestorerProgram ofThisDistribution() {
    Path jar = Path.of(System.getProperty("java.class.path"));
    return new RestorerProgram(jar.resolveSibling("libexec").resolve("crjvm-restore"));
  }

  @Override
  public List<String> run(List<String> input) throws IOException, ImageException {
    if (!Files.isExecutable(program)) {
      throw new ImageException(
          "\"" + program + "\" is missing; keep the distribution folder as it is");
    }
    Process process =
        new ProcessBuilder(program.toString(), "--processor").redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write((String.join("\n", input) + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The program has ended without reading. Its status and its output tell why.
    }
    String output;
    try {
      // The few lines that it prints fit into the pipe.
      if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
        throw new ImageException("\"" + program + "\" did not end within " + LIMIT_S + " s");
      }
      byte[] printed = process.getInputStream().readAllBytes();
      output = new String(printed, StandardCharsets.UTF_8).strip();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new ImageException("\"" + program + "\" failed: " + output);
    }
    return output.lines().toList();
  }
}
