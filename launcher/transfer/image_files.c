/* The files of an image while they are filled. */
#include "image_files.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "give_up.h"

enum { PAGE = 4096 };

struct image_file open_image_file(int folder, const char *name, uint64_t size) {
  struct image_file file = {.fresh = true};
  struct stat status;
  snprintf(file.name, sizeof file.name, "%s", name);
  file.fd = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file.fd < 0 && errno == EEXIST) {
    file.fresh = false;
    if (fchmodat(folder, name, 0600, 0)) give_up("\"%s\": %s", name, strerror(errno));
    file.fd = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  }
  if (file.fd < 0 || fstat(file.fd, &status) || !S_ISREG(status.st_mode)) give_up("\"%s\": %s", name, strerror(errno));
  if ((uint64_t)status.st_size > size && ftruncate(file.fd, 0)) give_up("\"%s\": %s", name, strerror(errno));
  if (ftruncate(file.fd, (off_t)size)) give_up("\"%s\": %s", name, strerror(errno));
  return file;
}

static bool is_zero(const uint8_t *bytes, size_t length) { return !*bytes && !memcmp(bytes, bytes + 1, length - 1); }

bool has_block(const struct image_file *file, const struct block *block) {
  uint8_t digest[DIGEST], *content = allocate(block->length);
  size_t done = 0;
  for (ssize_t got = 1; got > 0 && done < block->length; done += got > 0 ? (size_t)got : 0)
    got = pread(file->fd, content + done, block->length - done, (off_t)(block->offset + done));
  bool has = done == block->length && !is_zero(content, done) &&
             EVP_Digest(content, done, digest, NULL, EVP_sha256(), NULL) == 1 && !memcmp(digest, block->digest, DIGEST);
  free(content);
  return has;
}

static bool write_all(int fd, uint64_t offset, const uint8_t *content, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t put = pwrite(fd, content + done, length - done, (off_t)(offset + done));
    if (put < 0 && errno != EINTR) return false;
    done += put > 0 ? (size_t)put : 0;
  }
  return true;
}

bool write_block(int fd, uint64_t offset, const uint8_t *content, size_t length) {
  for (size_t start = 0, end; start < length; start = end) {
    bool zero = is_zero(content + start, length - start < PAGE ? length - start : PAGE);
    for (end = start; end < length; end += PAGE)
      if (is_zero(content + end, length - end < PAGE ? length - end : PAGE) != zero) break;
    if (end > length) end = length;
    if (!zero && !write_all(fd, offset + start, content + start, end - start)) return false;
  }
  return true;
}
