package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Pages;
import crjvm.image.dump.ProcessMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the stacks of Java threads, whose bounds HotSpot has noted for each thread. */
public final class JavaStacks {
  private static final int MOST_THREADS = 1 << 20;

  private final VmStructs structs;
  private final ProcessMemory memory;

  private JavaStacks(VmStructs structs, ProcessMemory memory) {
    this.structs = structs;
    this.memory = memory;
  }

  /**
   * A part of a stack, in whole pages.
   *
   * @param start the first address
   * @param end the address after the last one
   */
  public record Part(long start, long end) {}

  /**
   * Returns the memory below the stack pointers. Calls that have returned have left it, and nobody
   * reads it again. The list is empty if this JVM does not describe its threads.
   */
  public static List<Part> unused(VmStructs structs, ProcessMemory memory, Dump dump)
      throws IOException, ImageException {
    List<Long> pointers = new ArrayList<>();
    for (int tid : dump.threadIds()) {
      pointers.add(dump.thread(tid).stackPointer());
    }
    List<Part> unused = new ArrayList<>();
    for (Part stack : new JavaStacks(structs, memory).all()) {
      for (long pointer : pointers) {
        if (pointer > stack.start() && pointer <= stack.end()) {
          long used = pointer - dump.machine().redZone();
          long end = Math.max(stack.start(), used & -Pages.PAGE);
          unused.add(new Part(stack.start(), end));
        }
      }
    }
    return unused;
  }

  /**
   * Returns the parts of a run of pages that are outside of all {@code parts}, in ascending order.
   */
  public static List<Pages.Run> without(Pages.Run run, List<Part> parts) {
    List<Pages.Run> left = List.of(run);
    for (Part part : parts) {
      left = left.stream().flatMap(whole -> without(whole, part)).toList();
    }
    return left;
  }

  private static Stream<Pages.Run> without(Pages.Run whole, Part part) {
    if (part.start() >= whole.end() || part.end() <= whole.start()) {
      return Stream.of(whole);
    }
    List<Pages.Run> left = new ArrayList<>();
    if (whole.start() < part.start()) {
      left.add(whole.part(whole.start(), part.start()));
    }
    if (part.end() < whole.end()) {
      left.add(whole.part(part.end(), whole.end()));
    }
    return left.stream();
  }

  private List<Part> all() throws IOException, ImageException {
    String owner = structs.has("JavaThread", "_stack_base") ? "JavaThread" : "Thread";
    if (!structs.has(owner, "_stack_base")
        || !structs.has(owner, "_stack_size")
        || !structs.has("ThreadsSMRSupport", "_java_thread_list")
        || !structs.has("ThreadsList", "_length")
        || !structs.has("ThreadsList", "_threads")) {
      return List.of();
    }
    long list = memory.readLong(structs.address("ThreadsSMRSupport", "_java_thread_list"));
    int length = memory.readInt(list + structs.offset("ThreadsList", "_length"));
    long threads = memory.readLong(list + structs.offset("ThreadsList", "_threads"));
    List<Part> stacks = new ArrayList<>();
    for (int i = 0; i < Math.min(length, MOST_THREADS); i++) {
      long thread = memory.readLong(threads + (long) i * Long.BYTES);
      long base = memory.readLong(thread + structs.offset(owner, "_stack_base"));
      long size = memory.readLong(thread + structs.offset(owner, "_stack_size"));
      stacks.add(new Part((base - size + Pages.PAGE - 1) & -Pages.PAGE, base));
    }
    return stacks;
  }
}
