package crjvm.it.bench.equality;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The parts of a plan in which the restorer differs from CRIU. They are read straight from the
 * file, at the offsets of launcher/restorer/plan.h.
 */
final class EqualityPlan {
  /**
   * A thread: its id at the dump, and the addresses at which the kernel and glibc keep data about
   * it.
   */
  record PlanThread(int tid, long clearTidAddress, long rseqAddress) {}

  /** A word that holds the id of a thread, given by the thread's index. */
  record TidWord(long address, int thread) {}

  /** A word that leads to the restorer's code. It holds that code's address minus the base. */
  record Slot(long address, long base) {}

  private static final int MACHINE = 48;

  /** The end of the machine's words, behind which the processor's part of the header begins. */
  private static final int PROCESSOR = 64;

  // Offsets from the end of the processor's part.
  private static final int VDSO_START = 0;
  private static final int VDSO_END = 8;
  private static final int HEAP_START = 88;
  private static final int HEAP_END = 96;
  private static final int SECTIONS = 216;

  private static final int SECTION_SIZE = 16;
  private static final int THREADS = 12;
  private static final int STUBS = 13;
  private static final int DEADLINES = 14;
  private static final int SLOTS = 15;
  private static final int TIDS = 16;

  private final ByteBuffer bytes;
  private final EqualityProcessor processor;
  private final int rest;

  private EqualityPlan(ByteBuffer bytes) {
    this.bytes = bytes;
    processor = EqualityProcessor.of(bytes.getInt(MACHINE));
    rest = PROCESSOR + processor.partOfHeader();
  }

  static EqualityPlan of(Path image) throws IOException {
    byte[] all = Files.readAllBytes(image.resolve("plan"));
    return new EqualityPlan(ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN));
  }

  EqualityProcessor processor() {
    return processor;
  }

  long vdsoStart() {
    return bytes.getLong(rest + VDSO_START);
  }

  long vdsoEnd() {
    return bytes.getLong(rest + VDSO_END);
  }

  /** Returns whether an address belongs to the Java heap. */
  boolean isHeap(long address) {
    return address >= bytes.getLong(rest + HEAP_START) && address < bytes.getLong(rest + HEAP_END);
  }

  List<PlanThread> threads() {
    return records(
        THREADS,
        at -> new PlanThread(bytes.getInt(at), bytes.getLong(at + 8), bytes.getLong(at + 48)));
  }

  List<Long> stubs() {
    return records(STUBS, bytes::getLong);
  }

  List<Long> deadlines() {
    return records(DEADLINES, bytes::getLong);
  }

  List<Slot> slots() {
    return records(SLOTS, at -> new Slot(bytes.getLong(at), bytes.getLong(at + 8)));
  }

  List<TidWord> tids() {
    return records(TIDS, at -> new TidWord(bytes.getLong(at), bytes.getInt(at + 8)));
  }

  private <T> List<T> records(int section, IntFunction<T> reader) {
    int head = rest + SECTIONS + section * SECTION_SIZE;
    int count = bytes.getInt(head);
    int size = bytes.getInt(head + 4);
    int start = Math.toIntExact(bytes.getLong(head + 8));
    List<T> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(reader.apply(start + i * size));
    }
    return records;
  }
}
