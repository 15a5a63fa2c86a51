package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.OnEachLongTermJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two copies run at once on machines that resolve names in another way than the machine of the
 * checkpoint. Libraries with resolvers of their own do as each machine does.
 */
@BesideOthers
@Tag("variant")
class ResolversIT {
  /** The number of values asked for, because an application has a resolver for each event loop. */
  private static final int VALUES = 12;

  private static final List<String> HOSTS = List.of("long", "short", "file");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension
  static final IdentityTable TABLE =
      new IdentityTable(
          Set.of(
              IdentityLibrary.NETTY,
              IdentityLibrary.REACTOR_NETTY,
              IdentityLibrary.VERTX,
              IdentityLibrary.VERTX_4));

  /** A machine with its own name server, search domain and hosts file, in a mount namespace. */
  private record Machine(String name, NameServer server, Path folder) implements AutoCloseable {
    static Machine make(String name, int dots, String address) throws Exception {
      Path folder = BENCH.newFolder(name);
      NameServer server = new NameServer(address);
      Files.writeString(
          folder.resolve("resolv.conf"),
          "nameserver " + address + "\nsearch " + name + ".test\noptions ndots:" + dots + "\n");
      Files.writeString(
          folder.resolve("hosts"), "127.0.0.1 localhost\n" + address + " file.example\n");
      return new Machine(name, server, folder);
    }

    /** Returns the words that run a command on this machine. */
    String[] words() {
      String bind = "mount --bind " + folder + "/FILE /etc/FILE && ";
      String script =
          bind.replace("FILE", "resolv.conf") + bind.replace("FILE", "hosts") + "exec \"$@\"";
      return new String[] {"unshare", "--mount", "sh", "-c", script, "sh"};
    }

    Command command(Command command) {
      return command.wrappedIn(words());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /**
   * Makes an image where a name with one dot is asked for as it is. Then runs two copies where it
   * is asked for in the search domain first.
   *
   * @param dots the number of dots from which on copies ask for names as they are
   * @return the addresses that the copies find, without those of their own name servers
   */
  private static Set<String> foreign(TestJvm jvm, List<String> kinds, int dots, String options)
      throws Exception {
    Requirement.need(User.isRoot(), "only root can have another resolv.conf, and port 53");
    List<String> sources = sources(kinds);
    try (Machine first = Machine.make("first", 1, "127.0.53.1");
        Machine second = Machine.make("second", 2, "127.0.53.2");
        Machine third = Machine.make("third", 2, "127.0.53.3")) {
      Checkpoint image = image(jvm, first, sources, options);
      List<Machine> machines = List.of(second, third);
      List<UnaryOperator<Command>> ways = List.of(second::command, third::command);
      List<Copies.Copy> copies = Copies.each(image, ways);
      Set<String> foreign = new TreeSet<>();
      for (int i = 0; i < copies.size(); i++) {
        Machine machine = machines.get(i);
        for (String source : sources) {
          copies.get(i).ask(source, VALUES).stream()
              .filter(address -> !address.equals(machine.server.address()))
              .forEach(address -> foreign.add(source + " " + address));
        }
      }
      Copies.terminate(copies);
      if (foreign.isEmpty()) {
        for (Machine machine : machines) {
          assertThat(machine.server.asked()).isEqualTo(expected(machine.name, dots));
        }
      }
      return foreign;
    }
  }

  private static Set<String> expected(String machine, int dots) {
    String domain = "." + machine + ".test";
    return Set.of("copies" + domain, dots > 1 ? "copies.example" + domain : "copies.example");
  }

  private static List<String> sources(List<String> kinds) {
    return kinds.stream().flatMap(kind -> HOSTS.stream().map(host -> kind + host)).toList();
  }

  private static Checkpoint image(
      TestJvm jvm, Machine machine, List<String> sources, String options) throws Exception {
    String warmUp =
        sources.stream().map(each -> jvm.url() + each + "?3*3").collect(Collectors.joining(";"));
    RunningProcess made =
        jvm.command(
                ("image=" + jvm.image() + ",at=http:" + jvm.url() + ",warmup=" + warmUp)
                    + (",quiet=off" + options))
            .wrappedIn(machine.words())
            .run("checkpoint");
    assertThat(made.awaitExit()).as(made::describe).isZero();
    return new Checkpoint(BENCH, jvm, made);
  }

  private static TestJvm jvm(Jdk jdk, String module) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework(module, "application.jar").toString())
        .vm("-Dnetty=true");
  }

  @OnEachLongTermJdk
  void nettyResolvesAsTheMachineDoes(Jdk jdk) throws Exception {
    List<String> kinds = List.of("netty-", "reactor-");
    assertThat(foreign(jvm(jdk, "identities"), kinds, 2, ",identity=fail")).isEmpty();
    TABLE.add(IdentityLibrary.NETTY, IdentityLibrary.REACTOR_NETTY);
  }

  /** Shows that Vert.x 5 takes the search domain of the machine, but chooses the dots itself. */
  @OnEachLongTermJdk
  void vertxResolvesAsTheMachineDoes(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-vertx");
    assertThat(foreign(jvm, List.of(""), 1, ",identity=fail")).isEmpty();
    TABLE.add(IdentityLibrary.VERTX);
  }

  @OnEachLongTermJdk
  void vertx4ResolvesAsTheMachineDoes(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-vertx-4");
    assertThat(foreign(jvm, List.of(""), 2, ",identity=fail")).isEmpty();
    TABLE.add(IdentityLibrary.VERTX_4);
  }

  @Test
  void withoutItTheyGoOnByTheMachineOfTheCheckpoint() throws Exception {
    List<String> kinds = List.of("netty-", "reactor-");
    assertThat(foreign(jvm(Jdk.any(), "identities"), kinds, 2, ",reseed=off"))
        .isEqualTo(checkpoints(kinds));
    for (String module : List.of("identities-vertx", "identities-vertx-4")) {
      assertThat(foreign(jvm(Jdk.any(), module), List.of(""), 2, ",reseed=off"))
          .isEqualTo(checkpoints(List.of("")));
    }
  }

  private static Set<String> checkpoints(List<String> kinds) {
    Stream<String> sources = sources(kinds).stream();
    return sources.map(source -> source + " 127.0.53.1").collect(Collectors.toSet());
  }
}
