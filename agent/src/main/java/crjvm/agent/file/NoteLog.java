package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A log of the uses of files, which many threads write at once. The application waits for it
 * whenever it opens a file. So a use of the last few thousand files is found in a small table,
 * which stays in the processor's cache, and any other use is appended to the log. A table of all
 * names would be slower: to find a place in it takes longer than everything else.
 *
 * <p>A reader goes through the log from its beginning to learn the uses of all files. The log is
 * also summed up when it has become long.
 */
final class NoteLog {
  private static final int RECENT = 1 << 12;
  private static final int WAYS = 4; // the places in the table that a name can have
  private static final int FIRST = 1 << 10;

  /**
   * A use of a file.
   *
   * @param target the new name of a renamed file, or null
   */
  private record Note(byte[] name, int hash, int bits, byte[] target) {
    boolean isAbout(byte[] other, int otherHash) {
      return hash == otherHash && Arrays.equals(name, other);
    }
  }

  /** The notes since the log was summed up, and the sum. */
  private static final class Chapter {
    final Map<String, Integer> sum;
    Note[] notes = new Note[FIRST];
    int count;

    Chapter(Map<String, Integer> sum) {
      this.sum = sum;
    }

    void append(Note note) {
      if (count == notes.length) {
        notes = Arrays.copyOf(notes, 2 * count);
      }
      notes[count] = note;
      count++; // This comes last, because a thread may be stopped at any place.
    }
  }

  private final int most;

  /**
   * The table, which threads read without a lock. A thread that does not see a note writes it
   * again.
   */
  private final Note[] recent = new Note[RECENT];

  private int next; // the place that is overwritten next, of those that a name can have
  private Chapter chapter = new Chapter(Map.of());

  /**
   * @param most the largest number of names, and of notes until they are summed up
   */
  NoteLog(int most) {
    this.most = most;
    hash(new byte[0]); // The first call loads a library, so no hook may make it.
  }

  /**
   * Returns a hash. HotSpot computes a CRC-32 by instructions of the processor, even in the
   * interpreter.
   */
  static int hash(byte[] name) {
    CRC32 crc = new CRC32();
    crc.update(name, 0, name.length);
    return (int) crc.getValue();
  }

  private static int firstWay(int hash) {
    return hash & (RECENT - WAYS);
  }

  /** Returns whether the log certainly has these uses of the file. */
  boolean has(byte[] name, int hash, int bits) {
    int first = firstWay(hash);
    for (int way = first; way < first + WAYS; way++) {
      Note note = recent[way];
      if (note != null && note.isAbout(name, hash)) {
        return (note.bits & bits) == bits;
      }
    }
    return false;
  }

  /**
   * Adds uses of a file.
   *
   * @param name the name, whose array must not be changed later
   */
  synchronized void add(byte[] name, int hash, int bits) {
    Note note = new Note(name, hash, bits, null);
    append(note);
    int first = firstWay(hash);
    for (int way = first; way < first + WAYS; way++) {
      Note there = recent[way];
      if (there == null) {
        recent[way] = note;
        return;
      } else if (there.isAbout(name, hash)) {
        recent[way] = new Note(name, hash, there.bits | bits, null);
        return;
      }
    }
    recent[first + next % WAYS] = note;
    next = (next + 1) % WAYS;
  }

  /** Adds that a file was renamed. */
  synchronized void addRenamed(byte[] name, byte[] target) {
    append(new Note(name, 0, FileUse.RENAME, target));
  }

  private void append(Note note) {
    if (chapter.count == most) {
      chapter = new Chapter(sum());
    }
    chapter.append(note);
  }

  /** Returns whether names may have been left out. */
  boolean isFull() {
    return sum().size() >= most;
  }

  /**
   * Returns the uses of all files by their names. It takes no lock, because a stopped thread may
   * hold it.
   */
  Map<String, Integer> sum() {
    Chapter present = chapter;
    int count = present.count;
    Map<String, Integer> sum = new HashMap<>(present.sum);
    for (int i = 0; i < count; i++) {
      Note note = present.notes[i];
      String name = text(note.name);
      if (note.target == null) {
        put(sum, name, note.bits);
      } else {
        int before = sum.getOrDefault(name, FileUse.WRITE);
        put(sum, text(note.target), before & ~FileUse.DELETE | FileUse.REPLACE);
        put(sum, name, FileUse.DELETE);
      }
    }
    return sum;
  }

  private void put(Map<String, Integer> sum, String name, int bits) {
    Integer before = sum.get(name);
    if (before != null) {
      sum.put(name, before | bits);
    } else if (sum.size() < most) {
      sum.put(name, bits);
    }
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.UTF_8);
  }
}
