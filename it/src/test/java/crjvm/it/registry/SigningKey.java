package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.nio.file.Path;
import java.util.List;

/** An Ed25519 key pair in two files. */
record SigningKey(Path secret, Path trusted) {
  static SigningKey in(Workbench bench, Path folder, String name) throws Exception {
    Path secret = folder.resolve(name + ".pem");
    Path trusted = folder.resolve(name + ".public.pem");
    for (String command :
        List.of(
            "openssl genpkey -algorithm ed25519 -out " + secret,
            "openssl pkey -in " + secret + " -pubout -out " + trusted)) {
      RunningProcess openssl =
          new Command(bench, folder).add(List.of(command.split(" "))).run("openssl");
      assertThat(openssl.awaitExit()).as(openssl::describe).isZero();
    }
    return new SigningKey(secret, trusted);
  }
}
