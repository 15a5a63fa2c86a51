/* Compares an image with its own manifest, and tells damage from failures that say nothing about the image. */
#include "comparison.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "give_up.h"
#include "text.h"

enum { CHUNK = 1 << 18 };

int open_compared(int folder, const char *name, uint64_t *size) {
  struct stat status;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && (errno == ENOENT || errno == ELOOP)) return -1;
  if (fd < 0 || fstat(fd, &status)) give_up("\"%s\": %s", name, strerror(errno));
  if (!S_ISREG(status.st_mode)) {
    close(fd);
    return -1;
  }
  *size = (uint64_t)status.st_size;
  return fd;
}

/* Computes the digest of a part of a file. Returns false if the file ends before. */
static bool hash_part(int fd, const char *name, uint64_t offset, uint64_t length, uint8_t *digest) {
  static char chunk[CHUNK];
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool complete = true;
  if (!context || EVP_DigestInit_ex2(context, EVP_sha256(), NULL) != 1) give_up("libcrypto does not work");
  while (length && complete) {
    ssize_t got = pread(fd, chunk, length < CHUNK ? length : CHUNK, (off_t)offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) give_up("\"%s\": %s", name, strerror(errno));
    if (EVP_DigestUpdate(context, chunk, (size_t)got) != 1) give_up("libcrypto does not work");
    offset += (uint64_t)got;
    length -= (uint64_t)got;
    complete = got > 0;
  }
  if (EVP_DigestFinal_ex(context, digest, NULL) != 1) give_up("libcrypto does not work");
  EVP_MD_CTX_free(context);
  return complete;
}

static bool is_right(int fd, const char *name, uint64_t offset, uint64_t length, const uint8_t *expected) {
  uint8_t digest[DIGEST];
  return hash_part(fd, name, offset, length, digest) && !memcmp(digest, expected, DIGEST);
}

/* Compares the memory, whose digests are right, block by block. Holes are not read, because that would fill the page cache with zeroes. */
static bool is_memory_right(int fd, uint64_t size, const char *lines, size_t length) {
  static const char zeroes[BLOCK];
  uint8_t of_hole[DIGEST], expected[DIGEST];
  off_t data = -1;
  if (EVP_Digest(zeroes, BLOCK, of_hole, NULL, EVP_sha256(), NULL) != 1) give_up("libcrypto does not work");
  if (length != count_blocks(size) * DIGEST_LINE) return false;
  for (uint64_t at = 0; at < size; at += BLOCK, lines += DIGEST_LINE) {
    uint64_t part = size - at < BLOCK ? size - at : BLOCK;
    if (!parse_digest(lines, expected)) return false;
    if (data < (off_t)at && (data = lseek(fd, (off_t)at, SEEK_DATA)) < 0) data = errno == ENXIO ? INT64_MAX : (off_t)at;
    bool hole = data >= (off_t)(at + part) && part == BLOCK;
    if (hole ? memcmp(of_hole, expected, DIGEST) != 0 : !is_right(fd, MEMORY_FILE, at, part, expected)) return false;
  }
  return true;
}

/* Reads a file whose size and digest are known to be right. */
static char *read_right(int fd, const struct manifest_file *file) {
  char *bytes = allocate((size_t)file->size + 1);
  for (uint64_t done = 0; done < file->size;) {
    ssize_t got = pread(fd, bytes + done, file->size - done, (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) give_up("\"%s\": %s", file->name, got ? strerror(errno) : "it became shorter");
    done += (uint64_t)got;
  }
  bytes[file->size] = 0;
  return bytes;
}

static char *find_damage_of_memory(int folder, const struct manifest_file *memory, const struct manifest_file *digests) {
  uint64_t size;
  int fd = open_compared(folder, digests->name, &size);
  if (fd < 0) give_up("\"%s\" is gone", digests->name);
  char *lines = read_right(fd, digests);
  close(fd);
  fd = open_compared(folder, memory->name, &size);
  bool right = fd >= 0 && is_memory_right(fd, size, lines, (size_t)digests->size);
  if (fd >= 0) close(fd);
  free(lines);
  return right ? NULL : print_text("its file \"%s\" is damaged", memory->name);
}

char *find_damage(int folder, const struct manifest *manifest) {
  const struct manifest_file *memory = NULL, *digests = find_file(manifest, DIGESTS_FILE);
  for (size_t i = 0; i < manifest->count; i++) {
    const struct manifest_file *file = &manifest->files[i];
    bool by_blocks = !strcmp(file->name, MEMORY_FILE);
    uint64_t size;
    int fd = open_compared(folder, file->name, &size);
    if (fd < 0) return print_text("its file \"%s\" is missing", file->name);
    if (size != file->size)
      return print_text("its file \"%s\" has %llu bytes instead of %llu", file->name, (unsigned long long)size,
                        (unsigned long long)file->size);
    if (by_blocks) memory = file;
    else if (!is_right(fd, file->name, 0, size, file->digest)) return print_text("its file \"%s\" is damaged", file->name);
    close(fd);
  }
  return memory && digests ? find_damage_of_memory(folder, memory, digests) : NULL;
}
