package crjvm.image.jvm;

import crjvm.image.ImageException;
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
