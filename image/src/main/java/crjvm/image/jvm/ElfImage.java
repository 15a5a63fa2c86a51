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
  private static final int SYMBOL_SIZE = 24;
  private static final int RELOCATION_SIZE = 24;

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
      long strings = sections.get(section.link()).offset();
      for (long i = 0; i < section.size() / SYMBOL_SIZE; i++) {
        int at = Math.toIntExact(section.offset() + i * SYMBOL_SIZE);
        String name = string(strings + Integer.toUnsignedLong(elf.getInt(at)));
        symbolNames.add(name);
        long value = elf.getLong(at + 8);
        if (value != 0) {
          symbols.put(name, value);
        }
        if (value != 0 && elf.getShort(at + 6) != 0 && (elf.get(at + 4) & 15) == FUNCTION) {
          functions.add(new Symbol(name, value, section.address() + i * SYMBOL_SIZE + 8));
        }
      }
    }
  }

  private String string(long offset) {
    int start = Math.toIntExact(offset);
    int end = start;
    while (elf.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    elf.get(start, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
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
      long strings = sections.get(section.link()).offset();
      for (long i = 0; i < section.size() / SYMBOL_SIZE; i++) {
        int at = Math.toIntExact(section.offset() + i * SYMBOL_SIZE);
        String name = string(strings + Integer.toUnsignedLong(elf.getInt(at)));
        all.put(name, new LinkerSymbol(elf.getLong(at + 8), elf.getLong(at + 16)));
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
    List<Pointer> pointers = new ArrayList<>();
    for (Section section : sections) {
      if (section.type() != RELOCATIONS) {
        continue;
      }
      for (long i = 0; i < section.size() / RELOCATION_SIZE; i++) {
        int at = Math.toIntExact(section.offset() + i * RELOCATION_SIZE);
        int type = elf.getInt(at + 8);
        int symbol = elf.getInt(at + 12);
        boolean isPointer =
            type == known.jumpSlot()
                || type == known.globDat()
                || (type == known.absolute() && elf.getLong(at + 16) == 0);
        if (isPointer && symbol < symbolNames.size()) {
          pointers.add(new Pointer(symbolNames.get(symbol), elf.getLong(at)));
        }
      }
    }
    return pointers;
  }
}
