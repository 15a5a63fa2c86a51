package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.arch.SaveAreas;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.PlanSave;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the words in which the dynamic loader keeps the space on the stack that it needs for vector
 * registers while it binds a function.
 */
final class CompileSavesStep {
  private static final int PROT_EXEC = 4;

  private final Dump dump;
  private final ProcessMemory memory;
  private final PlanWriter plan;
  private final SaveAreas areas;
  private final boolean isCompact;

  /**
   * Searches a process.
   *
   * @param areas says how the words are found
   * @param isCompact see {@link SaveAreas#isCompact}
   */
  CompileSavesStep(
      Dump dump, ProcessMemory memory, PlanWriter plan, SaveAreas areas, boolean isCompact) {
    this.dump = dump;
    this.memory = memory;
    this.plan = plan;
    this.areas = areas;
    this.isCompact = isCompact;
  }

  void run() throws IOException, ImageException {
    Set<Long> found = new TreeSet<>();
    for (Mapping mapping : dump.mappings()) {
      boolean isCode = (mapping.prot() & PROT_EXEC) != 0 && mapping.isFile();
      if (isCode && !mapping.isMemfd() && memory.nameOf(mapping).contains("/ld-linux")) {
        search(mapping, found);
      }
    }
    for (long address : found) {
      plan.add(new PlanSave(address, memory.mappingAt(address).prot(), isCompact));
    }
  }

  private void search(Mapping code, Set<Long> found) throws IOException, ImageException {
    ByteBuffer bytes = memory.read(code.start(), Math.toIntExact(code.length()));
    for (long address : areas.candidates(bytes, code.start())) {
      Mapping data = memory.mappingAt(address);
      boolean isWord = data != null && address % Long.BYTES == 0;
      if (isWord && areas.isSize(memory.readLong(address))) {
        found.add(address);
      }
    }
  }
}
