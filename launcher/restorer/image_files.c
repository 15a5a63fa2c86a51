/* Opens the image's files, and compares what a file contains. */
#include "image_files.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "crc.h"
#include "kernel_names.h"
#include "restorer.h"
#include "syscall.h"

long open_part(const char *name, int flags) {
  struct stat status;
  flags |= O_RDONLY | O_CLOEXEC | O_NOCTTY;
  long fd = sys(openat, self.image_fd, name, flags | O_NONBLOCK);
  if (fd != -EAGAIN || sys(newfstatat, self.image_fd, name, &status, 0) || !S_ISREG(status.st_mode)) return fd;
  return sys(openat, self.image_fd, name, flags);
}

bool open_file_has(int fd, uint64_t size, uint32_t wanted) {
  enum { PIECE = 1 << 18 };
  static unsigned char *piece;
  if (!piece) piece = allocate(PIECE);
  uint32_t crc = 0;
  uint64_t length = 0;
  long got;
  while ((got = sys(pread64, fd, piece, PIECE, length)) > 0) {
    crc = crc32c(crc, piece, (size_t)got);
    length += (uint64_t)got;
  }
  return got == 0 && length == size && crc == wanted;
}

bool has_content(int folder, const char *name, uint64_t size, uint32_t wanted) {
  long fd = sys(openat, folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return false;
  bool same = open_file_has((int)fd, size, wanted);
  sys(close, fd);
  return same;
}
