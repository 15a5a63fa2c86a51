package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.arch.machines.Machines;
import crjvm.image.plan.PlanWorkingSet.Use;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests plans as files: a plan can be read after writing, and damage is noticed. */
class PlanWriterTest {
  private static final PlanSetting SETTING =
      new PlanSetting("server.port", PlanSetting.Kind.PROPERTY, PlanSetting.Use.READ, -1);

  private static final PlanOutside OUTSIDE =
      new PlanOutside(
          "/srv/data", PlanOutside.Kind.WRITTEN, PlanOutside.CONTENT, 42, 1_700_000_000, 7, -1);

  @TempDir Path folder;

  private Path write() throws Exception {
    PlanWriter plan = new PlanWriter();
    int object = plan.add(new PlanObject(PlanObject.Kind.PATH, "/srv/app.log", 1, 0100000, 0));
    int memory = plan.add(new PlanObject(PlanObject.Kind.IMAGE, "memory", 0, 0100000, 8192));
    plan.add(new PlanArea(0x10000, 8192, 4096, memory, 3, 0, 0));
    plan.add(new PlanArea(0x20000, 4096, 0, object, 1, 0, 0));
    plan.add(PlanDescriptor.open(5, object, 0, 1, 42));
    plan.add(new PlanDescriptor(6, 0, new PlanDescriptor.EventFd(0, 3)));
    plan.add(OUTSIDE);
    plan.add(SETTING);
    plan.add(new PlanMiss(PlanMiss.Kind.VARIABLE, 7));
    byte[] thread = new byte[Machines.X86_64.threadSize()];
    thread[64] = 'm';
    plan.add(new PlanThread(thread));
    PlanHeader.Time now = new PlanHeader.Time(1, 2);
    PlanHeader header =
        new PlanHeader(
            UUID.randomUUID(),
            new PlanHeader.Memory(8192, PlanHeader.Span.NONE, PlanHeader.Span.NONE),
            new PlanHeader.Platform(Machines.X86_64, 4096, 47),
            new PlanHeader.Requirements(
                new byte[Machines.X86_64.processorSize()], Set.of(KernelFeature.IPV6), 70),
            new PlanHeader.Clocks(now, now, 0, 0),
            new PlanHeader.Process(4711, -1, new long[11], PlanResume.NONE));
    return Files.write(folder.resolve("plan"), plan.write(header));
  }

  @Test
  void readsWhatWasWritten() throws Exception {
    PlanFile plan = PlanFile.read(write());

    assertThat(plan.memorySize()).isEqualTo(8192);
    assertThat(plan.count(PlanSection.DESCRIPTORS)).isEqualTo(2);
    assertThat(plan.descriptor(0)).isEqualTo("5 open /srv/app.log");
    assertThat(plan.descriptor(1)).isEqualTo("6 eventfd");
    assertThat(plan.threadName(0)).isEqualTo("m");
    assertThat(plan.outside()).containsExactly(OUTSIDE);
    assertThat(plan.settings()).containsExactly(SETTING);
    assertThat(plan.count(PlanSection.MISSES)).isEqualTo(1);
  }

  @Test
  void takesAnotherWorkingSet() throws Exception {
    Path file = write();
    byte[] plain = Files.readAllBytes(file);
    List<PlanWorkingSet> first =
        List.of(
            new PlanWorkingSet(0x10000, 3, Use.WRITE), new PlanWorkingSet(0x20000, 1, Use.READ));
    List<PlanWorkingSet> second = List.of(new PlanWorkingSet(0x30000, 7, Use.WRITE));

    Files.write(file, PlanFile.read(file).withWorkingSet(first));
    assertThat(PlanFile.read(file).workingSet()).isEqualTo(first);
    Files.write(file, PlanFile.read(file).withWorkingSet(second));
    PlanFile changed = PlanFile.read(file);
    assertThat(changed.workingSet()).isEqualTo(second);
    assertThat(changed.descriptor(0)).isEqualTo("5 open /srv/app.log");
    assertThat(Files.size(file)).isEqualTo(plain.length + 16);
  }

  @Test
  void takesCopiesInPlaceOfMappings() throws Exception {
    Path file = write();
    Files.write(
        file,
        PlanFile.read(file).withWorkingSet(List.of(new PlanWorkingSet(0x10000, 1, Use.WRITE))));
    PlanFile mapped = PlanFile.read(file);
    List<PlanArea> areas = mapped.areas();
    assertThat(mapped.isOfMemoryFile(areas.get(0), "memory")).isTrue();
    assertThat(mapped.isOfMemoryFile(areas.get(1), "memory")).isFalse();
    PlanArea anonymous = new PlanArea(0x10000, 8192, 0, PlanArea.ANONYMOUS, 3, 0, 0);
    List<PlanCopy> copies = List.of(new PlanCopy(0x10000, 4096, 4096));

    Files.write(file, mapped.withCopies(List.of(anonymous, areas.get(1)), copies));
    PlanFile copied = PlanFile.read(file);
    assertThat(copied.areas()).containsExactly(anonymous, areas.get(1));
    assertThat(copied.isOfMemoryFile(anonymous, "memory")).isFalse();
    assertThat(copied.copies()).isEqualTo(copies);
    assertThat(copied.workingSet()).isEmpty();
    assertThat(copied.descriptor(0)).isEqualTo("5 open /srv/app.log");
    List<PlanWorkingSet> set = List.of(new PlanWorkingSet(0x20000, 1, Use.WRITE));
    Files.write(file, copied.withWorkingSet(set));
    assertThat(PlanFile.read(file).copies()).isEqualTo(copies);
  }

  @Test
  void refusesAnyFlippedByte() throws Exception {
    Path file = write();
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 7) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      Files.write(file, bad);
      assertThatThrownBy(() -> PlanFile.read(file))
          .as("byte " + i)
          .isInstanceOf(ImageException.class);
    }
  }

  @Test
  void refusesAnyShorterFile() throws Exception {
    Path file = write();
    byte[] good = Files.readAllBytes(file);
    for (int length = 0; length < good.length; length += 97) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      assertThatThrownBy(() -> PlanFile.read(file))
          .as("length " + length)
          .isInstanceOf(ImageException.class);
    }
  }

  private void assertRefusedWith(int at, int value, String message) throws Exception {
    Path file = write();
    byte[] changed = Files.readAllBytes(file);
    ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    Files.write(file, changed);
    assertThatThrownBy(() -> PlanFile.read(file))
        .isInstanceOf(ImageException.class)
        .hasMessage(message.replace("PLAN", "\"" + file + "\""));
  }

  @Test
  void namesWhatIsNotForItsReader() throws Exception {
    assertRefusedWith(
        8, 11, "PLAN has version 11, this is for " + PlanHeader.VERSION + "; make the image again");
    assertRefusedWith(
        PlanLayout.MACHINE_AT,
        243,
        "PLAN can't be read: the machine has the ELF number 243, and images are for x86-64 and"
            + " 64-bit ARM (aarch64)");
    assertRefusedWith(
        PlanLayout.PAGE_SIZE_AT, 65536, "PLAN is for pages of 65536 bytes, not of 4096");
  }
}
