package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import crjvm.image.ImageException;
import crjvm.image.plan.PlanWorkingSet.Use;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests arbitrary plans with a correct checksum. Each is read and changed, or refused with a
 * message of one line.
 */
class PlanFileFuzzTest {
  @TempDir static Path folder;

  @FuzzTest
  void read(byte[] content) throws Exception {
    mend(content);
    Path file = folder.resolve(PlanFile.FILE);
    Files.write(file, content);
    try {
      use(PlanFile.read(file));
    } catch (ImageException e) {
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
  }

  /** Corrects size and checksum, as the restorer's fuzzer does. */
  private static void mend(byte[] content) {
    if (content.length < PlanLayout.PROCESSOR_AT) {
      return;
    }
    CRC32C crc = new CRC32C();
    ByteBuffer plan = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    plan.putLong(PlanHeader.CHECKED_FROM, content.length);
    crc.update(content, PlanHeader.CHECKED_FROM, content.length - PlanHeader.CHECKED_FROM);
    plan.putInt(PlanHeader.CHECKED_FROM - Integer.BYTES, (int) crc.getValue());
  }

  private static void use(PlanFile plan) throws Exception {
    for (int i = 0; i < plan.count(PlanSection.DESCRIPTORS); i++) {
      plan.descriptor(i);
    }
    for (int i = 0; i < plan.count(PlanSection.THREADS); i++) {
      assertThat(plan.threadName(i).length()).isLessThan(16);
    }
    assertThat(plan.checks()).hasSize(plan.count(PlanSection.CHECKS));
    List<PlanArea> areas = plan.areas();
    for (PlanArea area : areas) {
      plan.isOfMemoryFile(area, "memory");
    }
    List<PlanWorkingSet> set = List.of(new PlanWorkingSet(4096, 1, Use.WRITE));
    assertThat(reread(plan.withWorkingSet(set)).workingSet()).isEqualTo(set);
    PlanFile copied = reread(plan.withCopies(areas, plan.copies()));
    assertThat(copied.areas()).isEqualTo(areas);
    assertThat(copied.copies()).isEqualTo(plan.copies());
  }

  private static PlanFile reread(byte[] content) throws Exception {
    return PlanFile.read(Files.write(folder.resolve("changed"), content));
  }
}
