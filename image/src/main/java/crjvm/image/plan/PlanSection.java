package crjvm.image.plan;

/**
 * The sections of a plan, in the order of the restorer's plan_sections.h, with the size of one
 * record in bytes. The size of a thread depends on the machine.
 */
public enum PlanSection {
  STRINGS(1),
  OBJECTS(24),
  CHECKS(32),
  AREAS(40),
  COPIES(24),
  FILLS(32),
  DESCRIPTORS(40),
  OPTIONS(16),
  WATCHES(24),
  INOTIFY(16),
  LOCKS(32),
  SIGNALS(40),
  THREADS(0),
  STUBS(16),
  DEADLINES(16),
  SLOTS(24),
  TIDS(16),
  WORDS(16),
  FUNCTIONS(16),
  SAVES(16),
  OUTSIDE(32),
  MADE(32),
  SETTINGS(12),
  MISSES(8),
  WORKING_SET(16);

  private final int recordSize;

  PlanSection(int recordSize) {
    this.recordSize = recordSize;
  }

  /** {@link PlanLayout#recordSize} has the sizes of all sections. */
  int recordSize() {
    return recordSize;
  }
}
