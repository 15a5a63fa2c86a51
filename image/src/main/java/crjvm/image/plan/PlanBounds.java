package crjvm.image.plan;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Checks the conditions on which {@link PlanFile} relies: everything that it reads exists in the
 * plan. The restorer checks more than that before it acts.
 */
final class PlanBounds {
  private static final int ALIGNMENT = 8;
  static final int NAME_AT = 64; // struct plan_thread.name
  private static final int NAME_SIZE = 16;
  private static final int NONE = -1;

  private final ByteBuffer plan;
  private final PlanLayout layout;

  private PlanBounds(ByteBuffer plan, PlanLayout layout) {
    this.plan = plan;
    this.layout = layout;
  }

  /**
   * Describes a fault.
   *
   * @param plan a plan that is at least as long as a header, little-endian
   * @return the fault in words, or null if there is none
   */
  static String fault(ByteBuffer plan, PlanLayout layout) {
    return new PlanBounds(plan, layout).fault();
  }

  private String fault() {
    for (PlanSection section : PlanSection.values()) {
      if (!isInside(section)) {
        return "its section of " + section + " is not inside of it";
      }
    }
    if (!areApart()) {
      return "its sections overlap";
    }
    if (count(PlanSection.WORKING_SET) > 0
        && start(PlanSection.WORKING_SET) + length(PlanSection.WORKING_SET) != plan.capacity()) {
      return "its working set is not its last part";
    }
    return recordFault();
  }

  private boolean isInside(PlanSection section) {
    long count = count(section);
    long start = start(section);
    return start >= layout.size()
        && start <= plan.capacity()
        && (count == 0
            || recordSize(section) == layout.recordSize(section)
                && start % ALIGNMENT == 0
                && length(section) <= plan.capacity() - start);
  }

  private boolean areApart() {
    List<PlanSection> sections =
        Arrays.stream(PlanSection.values())
            .filter(section -> count(section) > 0)
            .sorted(Comparator.comparingLong(this::start))
            .toList();
    long end = 0;
    for (PlanSection section : sections) {
      if (start(section) < end) {
        return false;
      }
      end = start(section) + length(section);
    }
    return true;
  }

  private String recordFault() {
    for (int i = 0; i < count(PlanSection.OBJECTS); i++) {
      int at = record(PlanSection.OBJECTS, i);
      if (!isOrdinal(plan.getInt(at), PlanObject.Kind.values().length)
          || !isString(plan.getInt(at + 4))) {
        return "object " + i + " has an unknown kind or no name";
      }
    }
    for (int i = 0; i < count(PlanSection.CHECKS); i++) {
      int at = record(PlanSection.CHECKS, i);
      if (plan.getInt(at) == NONE || !isString(plan.getInt(at)) || !isNanos(plan.getInt(at + 24))) {
        return "check " + i + " has no name or no time";
      }
    }
    for (int i = 0; i < count(PlanSection.OUTSIDE); i++) {
      int at = record(PlanSection.OUTSIDE, i);
      if (plan.getInt(at) == NONE
          || !isString(plan.getInt(at))
          || !isOrdinal(plan.getShort(at + 4), PlanOutside.Kind.values().length)
          || !isNanos(plan.getInt(at + 24))) {
        return "file outside " + i + " has no name, no kind or no time";
      }
    }
    for (int i = 0; i < count(PlanSection.SETTINGS); i++) {
      int at = record(PlanSection.SETTINGS, i);
      if (!isString(plan.getInt(at))
          || !isOrdinal(plan.getShort(at + 4), PlanSetting.Kind.values().length)
          || !isOrdinal(plan.getShort(at + 6), PlanSetting.Use.values().length)) {
        return "setting " + i + " has no name, no kind or no use";
      }
    }
    for (int i = 0; i < count(PlanSection.DESCRIPTORS); i++) {
      int at = record(PlanSection.DESCRIPTORS, i);
      int kind = plan.getInt(at + 4);
      if (!isOrdinal(kind, PlanDescriptor.Kind.values().length)
          || kind == PlanDescriptor.Kind.OPEN.ordinal() && !isObject(plan.getInt(at + 12))) {
        return "descriptor " + plan.getInt(at) + " has an unknown kind or object";
      }
    }
    for (int i = 0; i < count(PlanSection.AREAS); i++) {
      int object = plan.getInt(record(PlanSection.AREAS, i) + 24);
      if (object != PlanArea.ANONYMOUS && !isObject(object)) {
        return "area " + i + " has an unknown object";
      }
    }
    for (int i = 0; i < count(PlanSection.WORKING_SET); i++) {
      int use = plan.getInt(record(PlanSection.WORKING_SET, i) + 12);
      if (!isOrdinal(use, PlanWorkingSet.Use.values().length)) {
        return "working set " + i + " has an unknown use";
      }
    }
    for (int i = 0; i < count(PlanSection.THREADS); i++) {
      int name = record(PlanSection.THREADS, i) + NAME_AT;
      if (!endsWithin(name, name + NAME_SIZE)) {
        return "thread " + i + " has a name without an end";
      }
    }
    return null;
  }

  private static boolean isNanos(int value) {
    return isOrdinal(value, 1_000_000_000);
  }

  private static boolean isOrdinal(int value, int count) {
    return value >= 0 && value < count;
  }

  private boolean isObject(int index) {
    return isOrdinal(index, (int) count(PlanSection.OBJECTS));
  }

  private boolean isString(int offset) {
    long size = count(PlanSection.STRINGS);
    int start = (int) start(PlanSection.STRINGS);
    return offset == NONE
        || isOrdinal(offset, (int) size) && endsWithin(start + offset, start + (int) size);
  }

  private boolean endsWithin(int start, int end) {
    for (int at = start; at < end; at++) {
      if (plan.get(at) == 0) {
        return true;
      }
    }
    return false;
  }

  private int head(PlanSection section) {
    return layout.entryAt(section);
  }

  private long count(PlanSection section) {
    return Integer.toUnsignedLong(plan.getInt(head(section)));
  }

  private int recordSize(PlanSection section) {
    return plan.getInt(head(section) + 4);
  }

  private long start(PlanSection section) {
    return plan.getLong(head(section) + 8);
  }

  private long length(PlanSection section) {
    return count(section) * layout.recordSize(section);
  }

  private int record(PlanSection section, int index) {
    return (int) start(section) + index * layout.recordSize(section);
  }
}
