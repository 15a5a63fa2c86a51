/* The files beside an image in the store.
 *
 * A start that pulls does not wait until the disk has the image: the kernel has it, and lets everybody read it. Only if the machine
 * fails before the disk has it too, parts of it may be missing afterwards, and nothing else shows that. So a note, which the disk has
 * before the image gets its place, says during which run of the kernel the image was pulled. After another start of the machine such an
 * image is compared with its digests. Later during the same run the disk is asked once, and the note goes. */
#include "entry.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "give_up.h"
#include "text.h"

enum { RUN_ID = 36 };

void write_note(int entry, const char *name, const char *text, size_t length) {
  char *fresh = print_text("new%s", name);
  if (unlinkat(entry, fresh, 0) && errno != ENOENT) give_up("\"%s\": %s", fresh, strerror(errno));
  int fd = openat(entry, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0 || fchmod(fd, 0644)) give_up("\"%s\": %s", fresh, strerror(errno));
  for (size_t done = 0; done < length;) {
    ssize_t put = write(fd, text + done, length - done);
    if (put < 0 && errno != EINTR) give_up("\"%s\": %s", fresh, strerror(errno));
    done += put > 0 ? (size_t)put : 0;
  }
  if (close(fd) || renameat(entry, fresh, entry, name)) give_up("\"%s\": %s", name, strerror(errno));
  free(fresh);
}

/* Reads which run of the kernel this is. */
static void read_run(char *id) {
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, id, RUN_ID);
  if (got != RUN_ID) give_up("the kernel does not say which of its runs this is");
  id[RUN_ID] = 0;
  close(fd);
}

static pthread_t marking;
static int marked = -1, mark_error;

/* Forces the note to the disk while the transfer goes on, and the folder above, which has the entry's name. */
static void *force_mark(void *argument) {
  int above = openat(marked, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC), fd = openat(marked, UNWRITTEN, O_RDONLY | O_CLOEXEC);
  (void)argument;
  if (above < 0 || fd < 0 || fsync(fd) || fsync(marked) || fsync(above)) mark_error = errno;
  if (fd >= 0) close(fd);
  if (above >= 0) close(above);
  return NULL;
}

void mark_unwritten(int entry) {
  char id[RUN_ID + 1];
  read_run(id);
  write_note(entry, UNWRITTEN, id, RUN_ID);
  marked = entry;
  if (pthread_create(&marking, NULL, force_mark, NULL)) give_up("no thread can be started");
}

void await_mark(void) {
  if (marked < 0) return;
  pthread_join(marking, NULL);
  if (mark_error) give_up("the disk can't be written: %s", strerror(mark_error));
}

void unmark(int entry) {
  if (unlinkat(entry, UNWRITTEN, 0) && errno != ENOENT) give_up("\"" UNWRITTEN "\": %s", strerror(errno));
}

bool is_whole(int entry) {
  char id[RUN_ID + 1], noted[RUN_ID + 1] = "";
  int fd = openat(entry, UNWRITTEN, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT;
  read_run(id);
  ssize_t got = read(fd, noted, RUN_ID);
  close(fd);
  return got == RUN_ID && !strcmp(id, noted);
}
