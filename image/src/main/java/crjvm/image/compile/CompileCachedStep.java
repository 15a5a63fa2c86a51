package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.arch.CachedRegister;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.Pages;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.PlanWord;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Replaces a register of the processor where libraries keep it, in all of their data. They have no
 * symbols for such a word. Its value has so many bits that nothing else in their data is likely to
 * be equal.
 */
final class CompileCachedStep {
  private static final int ANONYMOUS = 0x20; // MAP_ANONYMOUS
  private static final long LOW = 0xffffffffL;

  private final Dump dump;
  private final ProcessMemory memory;
  private final Pages pages;
  private final PlanWriter plan;
  private final CachedRegister register;

  CompileCachedStep(
      Dump dump, ProcessMemory memory, Pages pages, PlanWriter plan, CachedRegister register) {
    this.dump = dump;
    this.memory = memory;
    this.pages = pages;
    this.plan = plan;
    this.register = register;
  }

  void run() throws IOException, ImageException {
    Mapping before = null;
    boolean isOfFile = false;
    for (Mapping mapping : dump.mappings()) {
      boolean isPrivate = mapping.isWritable() && !mapping.isShared() && !mapping.isGuard();
      boolean isFollowing = isOfFile && before.end() == mapping.start();
      isOfFile =
          mapping.isFile() && !mapping.isMemfd() || isFollowing && isZeroedPart(mapping, before);
      if (isOfFile && isPrivate) {
        search(mapping);
      }
      before = mapping;
    }
  }

  /** Data without contents in the file lies in anonymous memory behind the mapped part. */
  private static boolean isZeroedPart(Mapping mapping, Mapping before) {
    return (mapping.flags() & ANONYMOUS) != 0 && (before.flags() & ANONYMOUS) == 0;
  }

  /** A page that the process has not written has the file's contents. */
  private void search(Mapping mapping) throws IOException, ImageException {
    for (Pages.Run run : pages.within(mapping.start(), mapping.end())) {
      for (long page = run.start(); page < run.end(); page += Pages.PAGE) {
        ByteBuffer content = memory.read(page, Pages.PAGE);
        for (int at = 0; at < Pages.PAGE; at += Long.BYTES) {
          long word = content.getLong(at);
          long replaced = replaced(word);
          if (replaced != word) {
            plan.add(new PlanWord(page + at, replaced));
          }
        }
      }
    }
  }

  private long replaced(long word) {
    long replaced = word;
    if ((int) word == register.value()) {
      replaced = replaced & ~LOW | register.replacement() & LOW;
    }
    if ((int) (word >>> Integer.SIZE) == register.value()) {
      replaced = replaced & LOW | (long) register.replacement() << Integer.SIZE;
    }
    return replaced;
  }
}
