package crjvm.image.plan;

import crjvm.image.arch.Machine;

/** The offsets and sizes in a plan that depend on the machine. */
final class PlanLayout {
  /** These are the same for all machines, so that a plan says how the rest of it is to be read. */
  static final int MACHINE_AT = 48;

  static final int PAGE_SIZE_AT = 52;
  static final int ADDRESS_BITS_AT = 56;
  static final int PROCESSOR_AT = 64;

  /** These are the distances from the end of struct plan_processor. */
  private static final int HEAP = 88;

  private static final int SECTIONS = 216;

  private static final int SECTION_SIZE = 16; // struct plan_section

  private final Machine machine;

  PlanLayout(Machine machine) {
    this.machine = machine;
  }

  Machine machine() {
    return machine;
  }

  int heapAt() {
    return PROCESSOR_AT + machine.processorSize() + HEAP;
  }

  int sectionsAt() {
    return PROCESSOR_AT + machine.processorSize() + SECTIONS;
  }

  /** Returns the size of the header. */
  int size() {
    return sectionsAt() + SECTION_SIZE * PlanSection.values().length;
  }

  /** Returns the offset of a section's entry in the table. */
  int entryAt(PlanSection section) {
    return sectionsAt() + SECTION_SIZE * section.ordinal();
  }

  /** Returns the size of one record in bytes. */
  int recordSize(PlanSection section) {
    return section == PlanSection.THREADS ? machine.threadSize() : section.recordSize();
  }
}
