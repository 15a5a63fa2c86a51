package crjvm.image.jvm;

import crjvm.image.ImageException;
import crjvm.image.arch.FileProperty;
import crjvm.image.arch.Relocations;
import crjvm.image.arch.machines.Machines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A 64-bit little-endian ELF file, or the image of one in memory: its dynamic symbols and the
 * relocations that name them.
 */
public final class ElfImage {
  private static final int DYNAMIC_SYMBOLS = 11; // SHT_DYNSYM
  private static final int RELOCATIONS = 4; // SHT_RELA
  private static final int MACHINE_AT = 18; // e_machine
  private static final int PROPERTIES = 0x6474e553; // PT_GNU_PROPERTY
  private static final int PROPERTY_NOTE = 5; // NT_GNU_PROPERTY_TYPE_0
  private static final int NOTE_HEAD = 16; // three words, and the name GNU
  private static final int SYMBOL_WORDS = 3; // Elf64_Sym, in words of 8 bytes
  private static final int RELOCATION_WORDS = 3; // Elf64_Rela

  private static final int FUNCTION = 2; // STT_FUNC

  private record Section(int type, long address, long offset, long size, int link) {}

  /**
   * A defined function.
   *
   * @param value its position relative to the load address
   * @param valueAt the position, relative to the load address, of the word in its symbol that
   *     contains this value
   */
  public record Symbol(String name, long value, long valueAt) {}

  /**
   * A word that contains the address of a symbol.
   *
   * @param at its position relative to the load address
   */
  public record Pointer(String symbol, long at) {}

  private static final int ALL_SYMBOLS = 2; // SHT_SYMTAB

  /**
   * A symbol for linkers.
   *
   * @param value its value relative to the load address
   * @param size its size in bytes
   */
  public record LinkerSymbol(long value, long size) {}

  private final ByteBuffer elf;
  private final List<Section> sections = new ArrayList<>();
  private final List<String> symbolNames = new ArrayList<>();
  private final Map<String, Long> symbols = new HashMap<>();
  private final List<Symbol> functions = new ArrayList<>();

  private ElfImage(ByteBuffer elf) throws ImageException {
    this.elf = elf.order(ByteOrder.LITTLE_ENDIAN);
    try {
      readSections();
      readSymbols();
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new ImageException("not an ELF file", e);
    }
  }

  public static ElfImage of(Path file) throws IOException, ImageException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new ElfImage(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    }
  }

  public static ElfImage of(ByteBuffer memory) throws ImageException {
    return new ElfImage(memory);
  }

  /** Returns whether a file is an ELF file. */
  public static boolean isElf(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(4);
      return channel.read(magic) == 4 && magic.getInt(0) == 0x7f454c46;
    } catch (IOException e) {
      return false;
    }
  }

  private void readSections() {
    int table = Math.toIntExact(elf.getLong(40));
    int count = Short.toUnsignedInt(elf.getShort(60));
    for (int i = 0; i < count; i++) {
      int at = table + 64 * i;
      sections.add(
          new Section(
              elf.getInt(at + 4),
              elf.getLong(at + 16),
              elf.getLong(at + 24),
              elf.getLong(at + 32),
              elf.getInt(at + 40)));
    }
  }

  private void readSymbols() {
    for (Section section : sections) {
      if (section.type() != DYNAMIC_SYMBOLS) {
        continue;
      }
      Strings strings = new Strings(section);
      long[] words = words(section);
      for (int at = 0; at + SYMBOL_WORDS <= words.length; at += SYMBOL_WORDS) {
        String name = strings.at((int) words[at]);
        symbolNames.add(name);
        long value = words[at + 1];
        if (value != 0) {
          symbols.put(name, value);
        }
        boolean isDefined = words[at] >>> 48 != 0; // st_shndx
        if (value != 0 && isDefined && (words[at] >>> 32 & 15) == FUNCTION) { // st_info
          functions.add(new Symbol(name, value, section.address() + (at + 1L) * Long.BYTES));
        }
      }
    }
  }

  /**
   * Returns a section's words in an array. The compiler runs mostly in the interpreter, which reads
   * arrays many times faster than buffers.
   */
  private long[] words(Section section) {
    long[] words = new long[Math.toIntExact(section.size() / Long.BYTES)];
    bytes(section).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(words);
    return words;
  }

  /** The names of a section's symbols. */
  private final class Strings {
    private final byte[] bytes;

    private Strings(Section symbols) {
      ByteBuffer table = bytes(sections.get(symbols.link()));
      bytes = new byte[table.limit()];
      table.get(bytes);
    }

    private String at(int start) {
      int end = start;
      while (bytes[end] != 0) {
        end++;
      }
      return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }
  }

  /** Returns the value of a defined dynamic symbol relative to the load address, or null. */
  public Long symbol(String name) {
    return symbols.get(name);
  }

  public Map<String, Long> symbols() {
    return symbols;
  }

  /**
   * Returns the symbols that linkers use, including local ones. The map is empty if the file was
   * stripped of them.
   */
  public Map<String, LinkerSymbol> allSymbols() {
    Map<String, LinkerSymbol> all = new HashMap<>();
    for (Section section : sections) {
      if (section.type() != ALL_SYMBOLS) {
        continue;
      }
      Strings strings = new Strings(section);
      long[] words = words(section);
      for (int at = 0; at + SYMBOL_WORDS <= words.length; at += SYMBOL_WORDS) {
        all.put(strings.at((int) words[at]), new LinkerSymbol(words[at + 1], words[at + 2]));
      }
    }
    return all;
  }

  /**
   * Returns the bytes of the tables behind {@link #allSymbols()}: the symbols, and the strings of
   * their names.
   */
  public List<ByteBuffer> allSymbolTables() {
    List<ByteBuffer> tables = new ArrayList<>();
    for (Section section : sections) {
      if (section.type() == ALL_SYMBOLS) {
        tables.add(bytes(section));
        tables.add(bytes(sections.get(section.link())));
      }
    }
    return tables;
  }

  private ByteBuffer bytes(Section section) {
    return elf.slice(Math.toIntExact(section.offset()), Math.toIntExact(section.size()));
  }

  /**
   * Returns the dynamic symbols that are functions of this file, one for each of their versions.
   */
  public List<Symbol> functions() {
    return functions;
  }

  /** Returns whether the file has a property. */
  public boolean has(FileProperty property) throws ImageException {
    try {
      int table = Math.toIntExact(elf.getLong(32)); // e_phoff
      int size = Short.toUnsignedInt(elf.getShort(54)); // e_phentsize
      int count = Short.toUnsignedInt(elf.getShort(56)); // e_phnum
      for (int i = 0; i < count; i++) {
        int at = table + i * size;
        if (elf.getInt(at) == PROPERTIES) {
          return has(
              property,
              Math.toIntExact(elf.getLong(at + 8)),
              Math.toIntExact(elf.getLong(at + 32)));
        }
      }
      return false;
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new ImageException("not an ELF file", e);
    }
  }

  private boolean has(FileProperty property, int note, int size) {
    int end = Math.addExact(note, size);
    if (size < NOTE_HEAD || elf.getInt(note + 8) != PROPERTY_NOTE) {
      return false;
    }
    for (int at = note + NOTE_HEAD; at + 3 * Integer.BYTES <= end; ) {
      int length = elf.getInt(at + 4);
      if (elf.getInt(at) == property.type()) {
        return (elf.getInt(at + 8) & property.bit()) != 0;
      }
      if (length < 0) {
        return false;
      }
      at = Math.addExact(at, 2 * Integer.BYTES + Math.addExact(length, 7) / 8 * 8);
    }
    return false;
  }

  /** Returns the words that the dynamic loader fills with the address of a symbol of any file. */
  public List<Pointer> pointers() throws ImageException {
    Relocations known = Machines.of(Short.toUnsignedInt(elf.getShort(MACHINE_AT))).relocations();
    int jumpSlot = known.jumpSlot();
    int globDat = known.globDat();
    int absolute = known.absolute();
    List<Pointer> pointers = new ArrayList<>();
    for (Section section : sections) {
      if (section.type() != RELOCATIONS) {
        continue;
      }
      long[] words = words(section);
      for (int at = 0; at + RELOCATION_WORDS <= words.length; at += RELOCATION_WORDS) {
        int type = (int) words[at + 1];
        int symbol = (int) (words[at + 1] >>> 32);
        boolean isPointer =
            type == jumpSlot || type == globDat || (type == absolute && words[at + 2] == 0);
        if (isPointer && symbol < symbolNames.size()) {
          pointers.add(new Pointer(symbolNames.get(symbol), words[at]));
        }
      }
    }
    return pointers;
  }
}
