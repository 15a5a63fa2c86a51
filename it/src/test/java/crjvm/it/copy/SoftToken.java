package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A PKCS #11 token in software: Debian's SoftHSM, empty, of the ordinary user.
 *
 * @param configuration the configuration of the JDK's provider
 * @param settings the settings of the library, which finds them by a variable
 */
record SoftToken(Path configuration, Path settings) {
  private static final Path LIBRARY = Path.of("/usr/lib/softhsm/libsofthsm2.so");

  static SoftToken make(Workbench bench) throws Exception {
    if (!Files.exists(LIBRARY)) {
      Requirement.skip("there is no SoftHSM; install the package softhsm2");
    }
    Path folder = bench.newFolder("token");
    Path settings = folder.resolve("softhsm2.conf");
    Path configuration = folder.resolve("pkcs11.cfg");
    Path tokens = User.ORDINARY.own(Files.createDirectory(folder.resolve("tokens")));
    Files.writeString(settings, "directories.tokendir = " + tokens + "\n");
    Files.writeString(
        configuration, "name = SoftHSM\nlibrary = " + LIBRARY + "\nslotListIndex = 0\n");
    SoftToken token = new SoftToken(configuration, settings);
    RunningProcess made =
        new Command(bench, folder)
            .add("softhsm2-util", "--init-token", "--free", "--label", "crjvm")
            .add("--so-pin", "12345678", "--pin", "1234")
            .with("SOFTHSM2_CONF", settings.toString())
            .run("token");
    assertThat(made.awaitExit()).as(made::describe).isZero();
    return token;
  }

  /** Returns the words that run another command, which then finds the token. */
  String[] environment() {
    return new String[] {"env", "SOFTHSM2_CONF=" + settings};
  }
}
