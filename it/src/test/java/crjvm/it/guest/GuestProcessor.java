package crjvm.it.guest;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A kind of processor that guests may have, and how its emulator is started. */
enum GuestProcessor {
  X86_64("qemu-system-x86_64", "q35", "ttyS0", "ttyS1") {
    @Override
    Path emulator() {
      return GuestTools.tools().resolve("usr/bin").resolve(program());
    }

    @Override
    List<String> serialLine(String socket) {
      return List.of("-serial", "unix:" + socket);
    }

    @Override
    Map<String, String> variables() {
      return GuestDisk.libraries(GuestTools.tools());
    }
  },

  /** The machine has one serial line, which is the console's. */
  AARCH64("qemu-system-aarch64", "virt", "ttyAMA0", "hvc0") {
    @Override
    Path emulator() {
      return GuestTools.arm64().resolve("tools/bin").resolve(program());
    }

    @Override
    List<String> serialLine(String socket) {
      return List.of(
          "-device",
          "virtio-serial-pci",
          "-chardev",
          "socket,id=line,path=" + socket,
          "-device",
          "virtconsole,chardev=line");
    }

    @Override
    Map<String, String> variables() {
      return Map.of(); // The command in tools/bin sets these variables.
    }
  };

  private final String program;
  private final String machine;
  private final String console;
  private final String line;

  GuestProcessor(String program, String machine, String console, String line) {
    this.program = program;
    this.machine = machine;
    this.console = console;
    this.line = line;
  }

  String program() {
    return program;
  }

  abstract Path emulator();

  /** Returns the folder with what the emulator loads. */
  Path share() {
    Path tools = this == AARCH64 ? GuestTools.arm64().resolve("tools") : GuestTools.tools();
    return tools.resolve("usr/share");
  }

  /** Returns the options for a line to a socket, whose path has options of its own behind it. */
  abstract List<String> serialLine(String socket);

  /** Returns variables of the emulator's environment. */
  abstract Map<String, String> variables();

  /** Returns the name of the machine in qemu. */
  String machine() {
    return machine;
  }

  /** Returns the kernel's name of the console. */
  String console() {
    return console;
  }

  /** Returns the kernel's name of the line over which scripts arrive. */
  String line() {
    return line;
  }
}
