/* Finds functions in a vDSO, an ELF object in memory. It uses the dynamic section, which every kernel's vDSO has. */
#include "vdso.h"

#include <linux/elf.h>
#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum { HASH = 4, STRINGS = 5, SYMBOLS = 6, STRINGS_SIZE = 10, GNU_HASH = 0x6ffffef5, SYMBOLS_MAX = 4096 };
struct object {
  const unsigned char *elf;
  uint64_t size;
  uint64_t hash, gnu_hash, strings, symbols, strings_size; /* offsets */
};

static bool inside(const struct object *object, uint64_t offset, uint64_t length) {
  return offset <= object->size && length <= object->size - offset;
}

static uint32_t word_at(const struct object *object, uint64_t offset) {
  uint32_t word = 0;
  if (inside(object, offset, sizeof word)) __builtin_memcpy(&word, object->elf + offset, sizeof word);
  return word;
}

/* The addresses in the dynamic section are offsets from the address of the first loaded segment, which is 0 or (on old
 * kernels) some number. */
static bool read_dynamic(struct object *object, const Elf64_Phdr *dynamic, uint64_t base) {
  for (uint64_t at = dynamic->p_offset; inside(object, at, sizeof(Elf64_Dyn)); at += sizeof(Elf64_Dyn)) {
    Elf64_Dyn item;
    __builtin_memcpy(&item, object->elf + at, sizeof item);
    uint64_t value = item.d_un.d_ptr - base;
    if (!item.d_tag) return object->strings && object->symbols;
    if (item.d_tag == HASH) object->hash = value;
    if (item.d_tag == GNU_HASH) object->gnu_hash = value;
    if (item.d_tag == STRINGS) object->strings = value;
    if (item.d_tag == SYMBOLS) object->symbols = value;
    if (item.d_tag == STRINGS_SIZE) object->strings_size = item.d_un.d_val;
  }
  return false;
}

static bool read_headers(struct object *object, uint64_t *base) {
  Elf64_Ehdr header;
  Elf64_Phdr segment, dynamic = {0};
  bool loaded = false;
  if (object->size < sizeof header) return false;
  __builtin_memcpy(&header, object->elf, sizeof header);
  if (__builtin_memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_phentsize != sizeof segment) return false;
  for (uint32_t i = 0; i < header.e_phnum; i++) {
    uint64_t at = header.e_phoff + i * sizeof segment;
    if (!inside(object, at, sizeof segment)) return false;
    __builtin_memcpy(&segment, object->elf + at, sizeof segment);
    if (segment.p_type == PT_LOAD && !loaded) *base = segment.p_vaddr - segment.p_offset, loaded = true;
    if (segment.p_type == PT_DYNAMIC) dynamic = segment;
  }
  return loaded && dynamic.p_filesz && read_dynamic(object, &dynamic, *base);
}

/* The old hash table has the number of symbols. The GNU one doesn't: there the last chain that starts in a bucket gives it. */
static uint32_t count_symbols(const struct object *object) {
  if (object->hash) return word_at(object, object->hash + 4);
  if (!object->gnu_hash) return 0;
  uint32_t buckets = word_at(object, object->gnu_hash), first = word_at(object, object->gnu_hash + 4), last = 0;
  uint64_t table = object->gnu_hash + 16 + 8ul * word_at(object, object->gnu_hash + 8);
  if (buckets > SYMBOLS_MAX) return 0;
  for (uint32_t i = 0; i < buckets; i++) {
    uint32_t symbol = word_at(object, table + 4ul * i);
    if (symbol > last) last = symbol;
  }
  if (last < first) return 0;
  uint64_t chains = table + 4ul * buckets;
  while (last < SYMBOLS_MAX && !(word_at(object, chains + 4ul * (last - first)) & 1)) last++;
  return last + 1;
}

/* The sum wraps around if the table of strings comes before the object. It is computed once, as an offset, and then checked. */
static bool has_name(const struct object *object, uint32_t offset, const char *name) {
  size_t length = text_length(name) + 1;
  uint64_t at = object->strings + offset;
  return inside(object, at, length) && !__builtin_memcmp(object->elf + at, name, length);
}

uint64_t find_vdso_function(const unsigned char *elf, uint64_t size, const char *name) {
  struct object object = {.elf = elf, .size = size};
  uint64_t base = 0;
  if (!read_headers(&object, &base)) return 0;
  uint32_t count = count_symbols(&object);
  for (uint32_t i = 0; i < count && i < SYMBOLS_MAX; i++) {
    Elf64_Sym symbol;
    uint64_t at = object.symbols + i * sizeof symbol;
    if (!inside(&object, at, sizeof symbol)) return 0;
    __builtin_memcpy(&symbol, elf + at, sizeof symbol);
    bool function = symbol.st_shndx && (symbol.st_info & 15) == STT_FUNC;
    uint64_t offset = symbol.st_value - base;
    if (function && offset && offset < size && has_name(&object, symbol.st_name, name)) return offset;
  }
  return 0;
}
