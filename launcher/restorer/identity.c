/* Tells whether a file is still the same one, unchanged. */
#include "identity.h"

#include <asm/stat.h>

#include "syscall.h"

static long identify(long error, const struct stat *status, struct file_identity *into) {
  if (!error)
    *into = (struct file_identity){
        status->st_dev, status->st_ino, (uint64_t)status->st_size, {(int64_t)status->st_ctime, (int64_t)status->st_ctime_nsec}};
  return error;
}

long identify_file(int folder, const char *name, struct file_identity *into) {
  struct stat status;
  return identify(sys(newfstatat, folder, name, &status, 0), &status, into);
}

long identify_open(int fd, struct file_identity *into) {
  struct stat status;
  return identify(sys(fstat, fd, &status), &status, into);
}

bool is_same_file(const struct file_identity *a, const struct file_identity *b) {
  return a->device == b->device && a->number == b->number && a->size == b->size && a->changed[0] == b->changed[0] &&
         a->changed[1] == b->changed[1];
}
