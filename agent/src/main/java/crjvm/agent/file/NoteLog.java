package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * A log of the uses of files, which many threads write at once. The application waits for it
 * whenever it opens a file. So a use of the last few thousand files is found in a small table,
 * which stays in the processor's cache, and any other use is appended to the log. A table of all
 * names would be slower: to find a place in it takes longer than everything else. The log is bytes,
 * because a collector would have to follow and copy hundreds of thousands of objects.
 *
 * <p>A reader goes through the log from its beginning to learn the uses of all files. The log is
 * also summed up when it has become long.
 */
final class NoteLog {
  private static final int RECENT = 1 << 12;
  private static final int WAYS = 4; // the places in the table that a name can have

  /** The longest name: more than the kernel takes (PATH_MAX, which is 4096). */
  private static final int LONGEST = 1 << 13;

  private static final int BLOCK_BITS = 16;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int MOST_BLOCKS = 1 << 9; // 32 MiB

  /** The bits of a note and the length of its name, which are in front of the name. */
  private static final int HEAD = 4;

  /**
   * The notes since the log was summed up, and the sum. The place of a note is a number of bytes
   * from the beginning, and no note crosses the border of a block.
   */
  private static final class Chapter {
    final Map<String, Integer> sum;

    /**
     * The table, which threads read without a lock: the hash of a name, and the place of its last
     * note. A thread that does not see a note writes it again.
     */
    final long[] recent = new long[RECENT];

    byte[][] blocks = {new byte[BLOCK]};
    int end = 1; // no note is at the place 0, which means none
    int count;

    Chapter(Map<String, Integer> sum) {
      this.sum = sum;
    }

    /** Makes room at the end for a number of bytes, fewer than a block has. */
    void reserve(int bytes) {
      if ((end & BLOCK - 1) + bytes > BLOCK || blocks.length << BLOCK_BITS == end) {
        int last = end - 1 >> BLOCK_BITS;
        byte[][] more = Arrays.copyOf(blocks, last + 2);
        more[last + 1] = new byte[BLOCK];
        blocks = more;
        end = last + 1 << BLOCK_BITS;
      }
    }

    /** Writes a note where there is room, and returns the place after it. */
    int write(int place, byte[] name, int bits) {
      byte[] block = blocks[place >> BLOCK_BITS];
      int at = place & BLOCK - 1;
      block[at] = (byte) (bits >> 8);
      block[at + 1] = (byte) bits;
      block[at + 2] = (byte) (name.length >> 8);
      block[at + 3] = (byte) name.length;
      System.arraycopy(name, 0, block, at + HEAD, name.length);
      return place + HEAD + name.length;
    }

    private static int two(byte[] block, int at) {
      return (block[at] & 0xff) << 8 | block[at + 1] & 0xff;
    }

    /** Returns whether there is no note at the place, because it did not fit into the block. */
    boolean isBlockAtItsEnd(int place) {
      return (place & BLOCK - 1) + HEAD > BLOCK || bits(place) == 0 && length(place) == 0;
    }

    int bits(int place) {
      return two(blocks[place >> BLOCK_BITS], place & BLOCK - 1);
    }

    int length(int place) {
      return two(blocks[place >> BLOCK_BITS], (place & BLOCK - 1) + 2);
    }

    String name(int place) {
      int at = (place & BLOCK - 1) + HEAD;
      return new String(blocks[place >> BLOCK_BITS], at, length(place), StandardCharsets.UTF_8);
    }

    /** Returns the place of the last note that the table has about the file, or 0. */
    int find(byte[] name, int hash) {
      int first = firstWay(hash);
      for (int way = first; way < first + WAYS; way++) {
        long entry = recent[way];
        if ((int) (entry >> 32) == hash && isAbout((int) entry, name)) {
          return (int) entry;
        }
      }
      return 0;
    }

    /** Another thread may be about to write the note, which then looks like another one. */
    private boolean isAbout(int place, byte[] name) {
      byte[][] present = blocks;
      int number = place >> BLOCK_BITS;
      byte[] block = number < present.length ? present[number] : null;
      int at = place & BLOCK - 1;
      return place != 0
          && block != null
          && at + HEAD + name.length <= BLOCK
          && two(block, at + 2) == name.length
          && Arrays.equals(block, at + HEAD, at + HEAD + name.length, name, 0, name.length);
    }
  }

  private final int most;
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
    return hash & RECENT - WAYS;
  }

  /** Returns whether the log certainly has these uses of the file. */
  boolean has(byte[] name, int hash, int bits) {
    Chapter present = chapter;
    int place = present.find(name, hash);
    return place != 0 && (present.bits(place) & bits) == bits;
  }

  /** Adds uses of a file. A name that is too long for a file is left out. */
  synchronized void add(byte[] name, int hash, int bits) {
    if (name.length > LONGEST) {
      return;
    }
    Chapter present = roomFor(HEAD + name.length);
    int before = present.find(name, hash);
    int place = present.end;
    int end = present.write(place, name, before == 0 ? bits : present.bits(before) | bits);
    append(present, end);
    long entry = (long) hash << 32 | place;
    int first = firstWay(hash);
    for (int way = first; way < first + WAYS; way++) {
      if (present.recent[way] == 0 || before != 0 && (int) present.recent[way] == before) {
        present.recent[way] = entry;
        return;
      }
    }
    present.recent[first + next % WAYS] = entry;
    next = (next + 1) % WAYS;
  }

  /** Adds that a file was renamed, as two notes. */
  synchronized void addRenamed(byte[] name, byte[] target) {
    if (name.length > LONGEST || target.length > LONGEST) {
      return;
    }
    Chapter present = roomFor(2 * HEAD + name.length + target.length);
    append(present, present.write(present.write(present.end, name, FileUse.RENAME), target, 0));
  }

  private Chapter roomFor(int bytes) {
    if (chapter.count == most || chapter.blocks.length == MOST_BLOCKS) {
      chapter = new Chapter(sum());
    }
    chapter.reserve(bytes);
    return chapter;
  }

  /** This comes last, because a thread may be stopped at any place. */
  private static void append(Chapter present, int end) {
    present.count++;
    present.end = end;
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
    int end = present.end;
    Map<String, Integer> sum = new HashMap<>(present.sum);
    Set<String> folders = new HashSet<>(); // those of all names, from the first rename on
    boolean hasRenamed = false;
    int place = 1;
    while (place < end) {
      if (present.isBlockAtItsEnd(place)) {
        place = (place >> BLOCK_BITS) + 1 << BLOCK_BITS;
        continue;
      }
      int after = place + HEAD + present.length(place);
      String name = present.name(place);
      if (present.bits(place) != FileUse.RENAME) {
        put(sum, name, present.bits(place));
        if (hasRenamed) {
          addFolders(folders, name);
        }
      } else {
        if (!hasRenamed) {
          sum.keySet().forEach(each -> addFolders(folders, each));
          hasRenamed = true;
        }
        rename(sum, folders, name, present.name(after));
        after += HEAD + present.length(after);
      }
      place = after;
    }
    return sum;
  }

  private static void addFolders(Set<String> folders, String name) {
    int slash = name.lastIndexOf('/');
    while (slash > 0 && folders.add(name.substring(0, slash))) {
      slash = name.lastIndexOf('/', slash - 1);
    }
  }

  /** Gives a file, or a folder and all that is below it, another name. */
  private void rename(Map<String, Integer> sum, Set<String> folders, String name, String target) {
    renameOne(sum, name, target);
    addFolders(folders, target);
    if (folders.contains(name)) {
      String prefix = name + "/";
      List<String> below = sum.keySet().stream().filter(each -> each.startsWith(prefix)).toList();
      for (String each : below) {
        String moved = target + each.substring(name.length());
        renameOne(sum, each, moved);
        addFolders(folders, moved);
      }
    }
  }

  /** A temporary file that gets another name is one no longer: it was made to be kept there. */
  private void renameOne(Map<String, Integer> sum, String name, String target) {
    int before = sum.getOrDefault(name, FileUse.WRITE);
    put(sum, target, before & ~(FileUse.DELETE | FileUse.TEMPORARY) | FileUse.REPLACE);
    put(sum, name, FileUse.DELETE);
  }

  private void put(Map<String, Integer> sum, String name, int bits) {
    Integer before = sum.get(name);
    if (before != null) {
      sum.put(name, before | bits);
    } else if (sum.size() < most) {
      sum.put(name, bits);
    }
  }
}
