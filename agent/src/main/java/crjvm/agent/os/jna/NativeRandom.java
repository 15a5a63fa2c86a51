package crjvm.agent.os.jna;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import crjvm.agent.os.process.NativeEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The random number generator of OpenSSL, if native code of this process has loaded it. It asks for
 * a new seed when the process id has changed, but a copy may have the same id. In containers most
 * applications are the first process.
 */
public final class NativeRandom {
  private static final int PATH = 5;

  /**
   * RTLD_LAZY and RTLD_NOLOAD, which select the loaded library only, and not a file that has
   * replaced it.
   */
  private static final Map<String, Object> LOADED_ONLY = Map.of(Library.OPTION_OPEN_FLAGS, 1 | 4);

  private final Function add;

  private NativeRandom(Function add) {
    this.add = add;
  }

  /** Returns one object for each of OpenSSL's libraries. */
  public static List<NativeRandom> inThisProcess() {
    Set<String> files = new TreeSet<>();
    for (String line : maps()) {
      String[] fields = line.split(" +", PATH + 1);
      if (fields.length > PATH && isCandidate(fields[PATH])) {
        files.add(fields[PATH]);
      }
    }
    List<NativeRandom> found = new ArrayList<>();
    for (String file : files) {
      try {
        found.add(
            new NativeRandom(NativeLibrary.getInstance(file, LOADED_ONLY).getFunction("RAND_add")));
      } catch (UnsatisfiedLinkError e) {
        // It is another library of that name, or the file has been replaced since.
      }
    }
    return found;
  }

  private static List<String> maps() {
    try {
      return Files.readAllLines(Path.of("/proc/self/maps"), NativeEncoding.CHARSET);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCandidate(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return name.startsWith("libcrypto") && !name.endsWith(" (deleted)");
  }

  /** Mixes the seed into the generator's state, which keeps its present entropy. */
  public void mix(byte[] seed) {
    add.invokeVoid(new Object[] {seed, seed.length, (double) seed.length});
  }
}
