/* Reads the names in an open folder. */
#include "names.h"

#include <stdint.h>

#include "syscall.h"

/* This is linux_dirent64, which the kernel's headers don't have. */
struct entry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

const char *next_name(struct names *names) {
  static char buffer[1 << 15];
  uint16_t length;
  if (names->at >= names->got) {
    names->at = 0;
    names->got = sys(getdents64, names->folder, buffer, sizeof buffer);
    if (names->got <= 0) return (const char *)0;
  }
  const char *entry = buffer + names->at;
  __builtin_memcpy(&length, entry + __builtin_offsetof(struct entry, length), sizeof length);
  names->at += length;
  return entry + __builtin_offsetof(struct entry, name);
}
