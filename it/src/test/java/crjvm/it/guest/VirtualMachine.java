package crjvm.it.guest;

import crjvm.it.bench.Await;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A virtual machine under software emulation, with another kernel and another CPU than this one.
 *
 * <p>It has files of this machine, at the same paths: programs, JDKs and the installed helper (see
 * {@link GuestDisk#base}), and the folders that it is given, as they were when it started. Its own
 * files stay in its memory until {@link #bringBack}. Its network is loopback only.
 *
 * <pre>
 * try (VirtualMachine machine =
 *     VirtualMachine.with(Kernel.BOOKWORM).cpu("Haswell").files(folder).boot("haswell", bench)) {
 *   VirtualMachine.Answer answer = machine.run(User.ORDINARY, "uname -r; crjvm run --image …");
 *   assertThat(answer.status()).describedAs(answer.output()).isZero();
 * }
 * </pre>
 *
 * <p>Emulation is some 20 times slower than the machine, so tests there need a small application
 * and few compilations. An emulated CPU has at most AVX2, whatever this machine has.
 */
final class VirtualMachine implements AutoCloseable {
  private static final Duration BOOT_LIMIT = Duration.ofSeconds(120);

  /**
   * The number of attempts. In rare cases qemu 10 fails an assertion of its own ({@code
   * iotlb_to_section}) while a kernel starts.
   */
  private static final int BOOTS = 3;

  private static final long TRANSFER_BYTES = 2L << 30;
  private static final Map<GuestProcessor, Path> BASES = new EnumMap<>(GuestProcessor.class);

  private final Path folder;
  private final Process emulator;
  private final SocketChannel line;
  private final StringBuilder received = new StringBuilder();

  /**
   * The result of a script.
   *
   * @param status its exit status
   * @param output its standard output and standard error
   */
  record Answer(int status, String output) {
    /** Returns the output of a script that has to succeed. */
    String expectSuccess() {
      if (status != 0) {
        throw new AssertionError("the guest's script ended with " + status + "\n" + output);
      }
      return output;
    }
  }

  /** A builder of a machine that is not running yet. */
  static final class Builder {
    private final Kernel kernel;
    private final List<Path> files = new ArrayList<>();
    private String cpu = "max";
    private int cpus = 2;
    private int megabytes = 1024;

    private Builder(Kernel kernel) {
      this.kernel = kernel;
    }

    /** Sets a model of {@code qemu-system-x86_64 -cpu help}, with its flags: "Haswell,-bmi2". */
    Builder cpu(String model) {
      cpu = model;
      return this;
    }

    Builder cpus(int number) {
      cpus = number;
      return this;
    }

    Builder memory(int mebibytes) {
      megabytes = mebibytes;
      return this;
    }

    /** Adds files or folders beside those of the base. */
    Builder files(Path... more) {
      files.addAll(List.of(more));
      return this;
    }

    /** Boots the machine. The console's output goes to the folder of logs, under the given name. */
    VirtualMachine boot(String name, Workbench bench) throws IOException, InterruptedException {
      return boot(bench.log(name + ".console"));
    }

    VirtualMachine boot(Path console) throws IOException, InterruptedException {
      kernel.require();
      for (int left = BOOTS; ; left--) {
        try {
          return bootOnce(console);
        } catch (AssertionError e) {
          if (left == 1) {
            throw e;
          }
        }
      }
    }

    private VirtualMachine bootOnce(Path console) throws IOException, InterruptedException {
      VirtualMachine machine = new VirtualMachine(this, console);
      try {
        String first = machine.readLine(BOOT_LIMIT);
        if (!first.equals("ready")) {
          throw new AssertionError("the guest says \"" + first + "\"");
        }
        return machine;
      } catch (IOException | AssertionError e) {
        machine.close();
        throw new AssertionError("the guest does not start; its console is in " + console, e);
      }
    }
  }

  static Builder with(Kernel kernel) {
    return new Builder(kernel);
  }

  private VirtualMachine(Builder builder, Path console) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("crjvm-vm-");
    new GuestDisk()
        .add(Path.of("/etc/passwd"))
        .add(Path.of("/etc/group"))
        .addAll(builder.files)
        .write(folder.resolve("files"));
    makeInitramfs(builder.kernel);
    try (var transfer = new java.io.RandomAccessFile(transferFile().toFile(), "rw")) {
      transfer.setLength(TRANSFER_BYTES);
    }
    emulator = startEmulator(builder, console);
    line = connect();
  }

  private Path transferFile() {
    return folder.resolve("transfer");
  }

  /** Returns the base disk, which all machines of a run with this processor share. */
  private static synchronized Path base(GuestProcessor processor)
      throws IOException, InterruptedException {
    if (!BASES.containsKey(processor)) {
      Path made = Files.createTempFile("crjvm-vm-base-", ".squashfs");
      made.toFile().deleteOnExit();
      if (processor == GuestProcessor.AARCH64) {
        GuestDisk.writeRoot(GuestTools.arm64().resolve("guest"), made);
      } else {
        GuestDisk.base().write(made);
      }
      BASES.put(processor, made);
    }
    return BASES.get(processor);
  }

  private void makeInitramfs(Kernel kernel) throws IOException, InterruptedException {
    Path root = Files.createDirectories(folder.resolve("initramfs/bin")).getParent();
    Path here = GuestTools.tools().resolve("usr/bin/busybox");
    boolean isArm = kernel.processor() == GuestProcessor.AARCH64;
    Path there = isArm ? GuestTools.arm64().resolve("guest").resolve("usr/bin/busybox") : here;
    Files.copy(there, root.resolve("bin/busybox"));
    Files.copy(Workbench.source("vm/init"), root.resolve("init"));
    Files.createDirectory(root.resolve("modules"));
    try (var modules = Files.list(kernel.modules())) {
      for (Path module : modules.toList()) {
        Files.copy(module, root.resolve("modules").resolve(module.getFileName()));
      }
    }
    for (String program : List.of("init", "bin/busybox")) {
      root.resolve(program).toFile().setExecutable(true, false);
    }
    String script = "find . | " + here + " cpio -o -H newc >../initrd 2>../initrd.log";
    Process cpio = new ProcessBuilder("sh", "-c", script).directory(root.toFile()).start();
    if (cpio.waitFor() != 0) {
      throw new AssertionError("cpio failed\n" + Files.readString(folder.resolve("initrd.log")));
    }
  }

  private Process startEmulator(Builder builder, Path console)
      throws IOException, InterruptedException {
    GuestProcessor processor = builder.kernel.processor();
    List<String> command = new ArrayList<>(List.of(processor.emulator().toString()));
    for (String data : List.of("qemu", "seabios")) {
      Path shared = processor.share();
      command.addAll(List.of("-L", shared.resolve(data).toString()));
    }
    command.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
    // With a thread for each CPU, qemu's address translation has races on a busy machine: programs
    // in the guest ended with SIGSEGV. One thread is not slower beside other tests.
    command.addAll(List.of("-machine", processor.machine(), "-accel", "tcg,thread=single"));
    command.addAll(List.of("-cpu", builder.cpu, "-smp", Integer.toString(builder.cpus)));
    command.addAll(List.of("-m", Integer.toString(builder.megabytes)));
    command.addAll(List.of("-kernel", builder.kernel.image().toString()));
    command.addAll(List.of("-initrd", folder.resolve("initrd").toString()));
    // The first process finds what the kernel does not know, "line", in its environment.
    String devices = "console=" + processor.console() + " line=" + processor.line();
    command.addAll(List.of("-append", devices + " quiet panic=-1" + clockOptions(processor)));
    command.addAll(List.of("-serial", "file:" + console));
    command.addAll(processor.serialLine(socket() + ",server=on,wait=off"));
    addDisk(command, base(processor), ",readonly=on");
    addDisk(command, folder.resolve("files"), ",readonly=on");
    addDisk(command, transferFile(), ",cache=unsafe");
    ProcessBuilder starting = new ProcessBuilder(command).redirectErrorStream(true);
    starting.redirectOutput(console.resolveSibling(console.getFileName() + ".qemu").toFile());
    starting.environment().putAll(processor.variables());
    return starting.start();
  }

  /**
   * Returns the options for the clock. The emulated time-stamp counter is this machine's, but the
   * kernel does not trust it, and then the vDSO would have no clock. On a busy machine that clock
   * would also run several times too fast, as measurements showed. 64-bit ARM has one clock.
   */
  private static String clockOptions(GuestProcessor processor) throws IOException {
    if (processor != GuestProcessor.X86_64) {
      return "";
    }
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("bogomips"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
          .mapToObj(millions -> " tsc_early_khz=" + Math.round(millions * 1000 / 2))
          .findFirst()
          .map(frequency -> " tsc=reliable clocksource=tsc" + frequency)
          .orElse("");
    }
  }

  private static void addDisk(List<String> command, Path file, String options) {
    command.addAll(List.of("-drive", "if=virtio,format=raw,file=" + file + options));
  }

  private Path socket() {
    return folder.resolve("line");
  }

  private SocketChannel connect() {
    SocketChannel[] channel = new SocketChannel[1];
    Await.until(
        Duration.ofSeconds(30),
        "the emulator",
        () -> {
          if (!emulator.isAlive()) {
            throw new AssertionError("the emulator has ended with " + emulator.exitValue());
          }
          channel[0] = SocketChannel.open(StandardProtocolFamily.UNIX);
          return channel[0].connect(UnixDomainSocketAddress.of(socket()));
        });
    return channel[0];
  }

  /** Runs a shell script to its end. Processes that it leaves in the background continue. */
  Answer run(User user, String script) throws IOException, InterruptedException {
    return run(user, RunningProcess.LIMIT, script);
  }

  Answer run(User user, Duration limit, String script) throws IOException, InterruptedException {
    String encoded = Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8));
    ByteBuffer command =
        StandardCharsets.US_ASCII.encode(
            user.number("-u") + " " + user.number("-g") + " " + encoded + "\n");
    line.configureBlocking(true);
    while (command.hasRemaining()) {
      line.write(command);
    }
    String[] answer = readLine(limit).split(" ", -1);
    byte[] output = Base64.getDecoder().decode(answer.length > 1 ? answer[1] : "");
    return new Answer(Integer.parseInt(answer[0]), new String(output, StandardCharsets.UTF_8));
  }

  /**
   * Reads a line. The limit counts the time in which the emulator has a processor, or needs none.
   */
  private String readLine(Duration limit) throws IOException {
    long begin = System.nanoTime() - waited();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    line.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      line.register(selector, SelectionKey.OP_READ);
      while (received.indexOf("\n") < 0) {
        long left = limit.toNanos() - (System.nanoTime() - waited() - begin);
        if (left <= 0) {
          throw new AssertionError("no answer from the guest after " + limit.toSeconds() + " s");
        }
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
        if (line.read(buffer.clear()) < 0) {
          throw new AssertionError("the guest has ended");
        }
        received.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
      }
    }
    int end = received.indexOf("\n");
    String first = received.substring(0, end).strip();
    received.delete(0, end + 1);
    return first;
  }

  /**
   * Returns the nanoseconds for which the emulator's CPUs have waited for one of this machine's.
   */
  private long waited() throws IOException {
    return ProcFile.waitedForProcessor(emulator.pid());
  }

  /** Copies files and folders of the guest, owners included, to the same paths on this machine. */
  void bringBack(Path... paths) throws IOException, InterruptedException {
    StringBuilder list = new StringBuilder();
    for (Path path : paths) {
      list.append(" '").append(path.toString().substring(1)).append('\'');
    }
    run(User.ROOT, "tar -C / -cf /dev/vdc" + list + " && sync /dev/vdc").expectSuccess();
    Process tar =
        new ProcessBuilder("tar", "-C", "/", "-xpf", transferFile().toString()).inheritIO().start();
    if (tar.waitFor() != 0) {
      throw new AssertionError("can't unpack what the guest has written");
    }
  }

  @Override
  public void close() {
    emulator.destroyForcibly();
    try {
      emulator.waitFor();
      if (line != null) {
        line.close();
      }
      Workbench.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
