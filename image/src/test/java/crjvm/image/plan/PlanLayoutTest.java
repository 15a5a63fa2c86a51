package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.arch.Architecture;
import crjvm.image.arch.OwnAddresses;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.arch.machines.Machines;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks for each machine that this package agrees with the restorer's plan.h, as a C compiler
 * reads it. The types in plan.h have the same sizes on all of them.
 */
class PlanLayoutTest {
  private static final Path HEADER = Path.of("../launcher/restorer/plan.h");

  @ParameterizedTest
  @EnumSource
  void recordsHaveTheSizesOfPlanH(Architecture of, @TempDir Path folder) throws Exception {
    PlanLayout layout = new PlanLayout(Machines.of(of));
    List<String> lines =
        compileAndRun(
            of,
            folder,
            """
            printf("%zu %u %d\\n", sizeof(struct plan_header), PLAN_VERSION, PLAN_SECTIONS);
            printf("kept %#lx %#lx %#lx %zu %d\\n", PLAN_KEPT, PLAN_RESUME, PLAN_KEPT_RECORD,
                sizeof(struct kept_record), PLAN_WAITS);
            """);
    OwnAddresses addresses = layout.machine().addresses();

    assertThat(lines)
        .containsExactly(
            layout.size() + " " + PlanHeader.VERSION + " " + PlanSection.values().length,
            String.format(
                "kept %#x %#x %#x %d %d",
                addresses.kept(),
                addresses.resume(),
                addresses.record(),
                KeptRecord.SIZE,
                PlanFunction.Wait.values().length));
  }

  /** Compiles the list itself, from which the restorer's numbers, limits and arrays come. */
  @ParameterizedTest
  @EnumSource
  void sectionsAreThoseOfTheRestorersList(Architecture of, @TempDir Path folder) throws Exception {
    PlanLayout layout = new PlanLayout(Machines.of(of));
    List<String> lines =
        compileAndRun(
            of,
            folder,
            """
            #define SECTION(name, array, record, words, limit) \\
              printf("%s %d %zu %d\\n", #name, PLAN_##name, sizeof(record), (limit) > 0);
            #include "plan_sections.h"
            """);

    assertThat(lines)
        .isEqualTo(
            Stream.of(PlanSection.values())
                .map(each -> each + " " + each.ordinal() + " " + layout.recordSize(each) + " 1")
                .toList());
  }

  @ParameterizedTest
  @EnumSource
  void fieldsLieWhereJavaReadsThem(Architecture of, @TempDir Path folder) throws Exception {
    PlanLayout layout = new PlanLayout(Machines.of(of));
    List<String> lines =
        compileAndRun(
            of,
            folder,
            """
            printf("%zu %zu %zu %zu\\n", offsetof(struct plan_header, crc),
                offsetof(struct plan_header, size), offsetof(struct plan_header, memory_size),
                offsetof(struct plan_header, heap_start));
            printf("%zu %zu\\n", offsetof(struct plan_header, sections),
                offsetof(struct plan_thread, name));
            printf("%u\\n", PLAN_MAX_SIZE);
            printf("%zu %zu %zu %zu\\n", offsetof(struct plan_header, machine),
                offsetof(struct plan_header, page_size), offsetof(struct plan_header, address_bits),
                offsetof(struct plan_header, processor));
            """);

    assertThat(lines)
        .containsExactly(
            PlanFile.CRC_AT
                + " "
                + PlanFile.SIZE_AT
                + " "
                + PlanFile.MEMORY_SIZE_AT
                + " "
                + layout.heapAt(),
            layout.sectionsAt() + " " + PlanBounds.NAME_AT,
            String.valueOf(PlanFile.LARGEST),
            PlanLayout.MACHINE_AT
                + " "
                + PlanLayout.PAGE_SIZE_AT
                + " "
                + PlanLayout.ADDRESS_BITS_AT
                + " "
                + PlanLayout.PROCESSOR_AT);
  }

  /** Writes each kind with Java, and reads the bytes with the restorer's struct. */
  @Test
  void descriptorsAreReadAsTheyAreWritten(@TempDir Path folder) throws Exception {
    byte[] data = new byte[32];
    PlanDescriptor.SocketType type = new PlanDescriptor.SocketType(10, 2, 17);
    String fields =
        """
            printf("%d %u %x\\n", open.number, open.kind, open.flags);
            printf("%u %#x %#o %lu\\n", open.open.object, open.open.file_flags,
                (unsigned)open.open.log, open.open.position);
            printf("%u %d\\n", dup.kind, dup.dup.original);
            printf("%u %u %u %d %d %lu\\n", pipe.kind, pipe.pipe.unread_length, pipe.pipe.unread,
                pipe.pipe.pipe, pipe.pipe.end, pipe.pipe.capacity);
            printf("%u %d %lu\\n", event.kind, event.eventfd.semaphore, event.eventfd.counter);
            printf("%u %u %d\\n", timer.kind, timer.timerfd.times, timer.timerfd.clock);
            printf("%u %lu\\n", signals.kind, signals.signalfd.mask);
            printf("%u %u %u %u %u %u %d %lu %lu\\n", server.kind, server.socket.address_length,
                server.socket.address, server.socket.family, server.socket.type,
                server.socket.protocol, server.socket.state, server.socket.backlog,
                server.socket.shutdown);
            printf("%u %u %x %d %d %lu\\n", pair.kind, pair.pair.unread_length,
                pair.pair.unread, pair.pair.type, pair.pair.pair, pair.pair.shutdown);
            printf("%u %d\\n", message.kind, message.number);
            """;

    List<String> lines =
        compileAndRun(
            Architecture.X86_64,
            folder,
            bytes("open", PlanDescriptor.log(3, 7, 02000000, 1, 0640))
                + bytes("dup", new PlanDescriptor(4, 0, new PlanDescriptor.Dup(3)))
                + bytes("pipe", new PlanDescriptor(5, 0, new PlanDescriptor.Pipe(9, true, 4, data)))
                + bytes("event", new PlanDescriptor(6, 0, new PlanDescriptor.EventFd(1, 1L << 40)))
                + bytes("timer", new PlanDescriptor(7, 0, new PlanDescriptor.TimerFd(1, data)))
                + bytes("signals", new PlanDescriptor(8, 0, new PlanDescriptor.SignalFd(1L << 33)))
                + bytes(
                    "server",
                    new PlanDescriptor(
                        9,
                        0,
                        new PlanDescriptor.Socket(
                            type, PlanDescriptor.SocketState.LISTENING, data, 128)))
                + bytes("pair", new PlanDescriptor(10, 0, new PlanDescriptor.Pair(1, 6, 3, null)))
                + bytes(
                    "message",
                    new PlanDescriptor(
                        11, 0, new PlanDescriptor.Plain(PlanDescriptor.Kind.MESSAGE)))
                + fields);

    assertThat(lines)
        .containsExactly(
            "3 0 80000",
            "7 0x1 01640 0",
            "1 3",
            "2 32 0 9 1 4",
            "3 1 " + (1L << 40),
            "5 0 1",
            "6 " + (1L << 33),
            "8 32 0 10 2 17 2 128 128",
            "9 0 ffffffff 1 6 3",
            "10 11");
  }

  /** Returns C code for a variable with a descriptor's record, whose strings are its own. */
  private static String bytes(String name, PlanDescriptor descriptor) {
    ByteBuffer record =
        ByteBuffer.allocate(PlanSection.DESCRIPTORS.recordSize()).order(ByteOrder.LITTLE_ENDIAN);
    descriptor.write(record, new PlanStrings());
    assertThat(record.hasRemaining()).isFalse();
    StringBuilder line = new StringBuilder("struct plan_descriptor " + name + ";\n");
    line.append("memcpy(&").append(name).append(", (unsigned char[]){");
    for (byte each : record.array()) {
      line.append(each & 0xff).append(',');
    }
    return line.append("}, sizeof ").append(name).append(");\n").toString();
  }

  @Test
  void kindsAreThoseOfPlanH() throws Exception {
    assertThat(names("plan_descriptor_kind")).isEqualTo(names("FD", PlanDescriptor.Kind.values()));
    assertThat(names("plan_socket_state"))
        .isEqualTo(names("SOCKET", PlanDescriptor.SocketState.values()));
    assertThat(names("plan_object_kind")).isEqualTo(names("OBJECT", PlanObject.Kind.values()));
    assertThat(names("plan_outside_kind")).isEqualTo(names("OUTSIDE", PlanOutside.Kind.values()));
    assertThat(names("plan_made_kind")).isEqualTo(names("MADE", PlanMade.Kind.values()));
    assertThat(names("plan_setting_kind")).isEqualTo(names("SETTING", PlanSetting.Kind.values()));
    assertThat(names("plan_setting_use")).isEqualTo(names("SETTING", PlanSetting.Use.values()));
    assertThat(names("plan_miss_kind")).isEqualTo(names("MISS", PlanMiss.Kind.values()));
    assertThat(names("plan_vdso_function"))
        .startsWith(names("VDSO", VdsoFunction.values()).toArray(String[]::new))
        .hasSize(VdsoFunction.values().length + 1);
    assertThat(names("plan_lock_kind")).isEqualTo(names("LOCK", PlanLock.Kind.values()));
  }

  /**
   * Returns the constants of an enumeration in plan.h, in its order. None has an explicit number.
   */
  private static List<String> names(String enumeration) throws Exception {
    String text = Files.readString(HEADER).replaceAll("(?s)/\\*.*?\\*/", "");
    String body = text.split("enum " + enumeration + " \\{")[1].split("}")[0];
    return Stream.of(body.split(",")).map(String::strip).toList();
  }

  private static List<String> names(String kind, Enum<?>[] values) {
    return Stream.of(values).map(value -> "PLAN_" + kind + "_" + value.name()).toList();
  }

  private static List<String> compileAndRun(Architecture of, Path folder, String statements)
      throws Exception {
    String program =
        """
        #include <stddef.h>
        #include <stdio.h>
        #include <string.h>
        #include "plan.h"
        int main(void) {
        %s}
        """
            .formatted(statements);
    Path source = Files.writeString(folder.resolve("layout.c"), program);
    Path binary = folder.resolve("layout");
    Path restorer = HEADER.getParent();
    run(
        "cc",
        "-I" + restorer,
        "-I" + restorer.resolve(of.kernelName()),
        "-o",
        binary.toString(),
        source.toString());
    return run(binary.toString()).lines().toList();
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
