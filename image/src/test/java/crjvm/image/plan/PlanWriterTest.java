package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.plan.PlanDescriptor.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan as a file: what is written is read, and damage is noticed. */
class PlanWriterTest {
  @TempDir Path folder;

  private Path write() throws Exception {
    PlanWriter plan = new PlanWriter();
    int object = plan.add(new PlanObject(PlanObject.Kind.PATH, "/srv/app.log", 1, 0100000, 0));
    plan.add(PlanDescriptor.open(5, object, 0, 1, 42));
    plan.add(PlanDescriptor.of(6, Kind.EVENTFD, 0, 0, 0, 3));
    byte[] thread = new byte[PlanSection.THREADS.recordSize()];
    thread[64] = 'm';
    plan.add(new PlanThread(thread));
    PlanHeader.Time now = new PlanHeader.Time(1, 2);
    PlanHeader header =
        new PlanHeader(
            UUID.randomUUID(),
            8192,
            new long[PlanHeader.CPU_WORDS],
            3,
            0,
            0,
            now,
            now,
            0,
            0,
            PlanResume.NONE,
            0,
            0,
            70,
            Set.of(KernelFeature.IPV6),
            4711,
            -1,
            new long[11]);
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
  }

  @Test
  void takesAnotherWorkingSet() throws Exception {
    Path file = write();
    byte[] untrained = Files.readAllBytes(file);
    List<PlanWorkingSet> first =
        List.of(new PlanWorkingSet(0x10000, 3), new PlanWorkingSet(0x20000, 1));
    List<PlanWorkingSet> second = List.of(new PlanWorkingSet(0x30000, 7));

    Files.write(file, PlanFile.read(file).withWorkingSet(first));
    assertThat(PlanFile.read(file).workingSet()).isEqualTo(first);
    Files.write(file, PlanFile.read(file).withWorkingSet(second));
    PlanFile trained = PlanFile.read(file);
    assertThat(trained.workingSet()).isEqualTo(second);
    assertThat(trained.descriptor(0)).isEqualTo("5 open /srv/app.log");
    assertThat(Files.size(file)).isEqualTo(untrained.length + 16);
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
}
