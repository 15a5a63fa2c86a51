/* Meets what happens while a copy is parked: signals that end it, and a new image in the place of the one that was opened.
 *
 * The kernel sends a signal when something in the image's folder or beside it changes, or in a folder with a link on the way to it: "current"
 * may lead to another release. Watches of inotify would say more, but closing them takes some ten milliseconds, just when the process is
 * needed. */
#include "interruptions.h"

#include <asm/signal.h>
#include <linux/fcntl.h>
#include <stdbool.h>

#include "allocate.h"
#include "ending.h"
#include "identity.h"
#include "kernel_names.h"
#include "own_files.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"

enum {
  BLOCK = 0,
  SET_MASK = 2,
  INFO = 128
}; /* SIG_BLOCK, SIG_SETMASK; bytes of struct signalfd_siginfo, which begins with the number */
#define BIT(signal) (1ul << ((signal) - 1))
static const uint64_t MET = BIT(SIGIO) | BIT(SIGTERM) | BIT(SIGINT) | BIT(SIGHUP);

enum { FOLDERS = 16, PATH_ROOM = 4096, LINKS_IN_TURN = 8 };
static int folders[FOLDERS];
static int folder_count;
static int events = -1;
static uint64_t mask_before;

enum image_state look_for_image(void) {
  struct file_identity plan, memory;
  long folder = sys(openat, AT_FDCWD, self.options.image, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return IMAGE_GONE;
  long error = identify_file((int)folder, "plan", &plan);
  if (!error) error = identify_file((int)folder, "memory", &memory);
  sys(close, folder);
  if (error) return IMAGE_GONE;
  return is_same_file(&plan, &self.plan_file) && is_same_file(&memory, &self.memory_file) ? IMAGE_PRESENT : IMAGE_REPLACED;
}

/* A change in a folder that can't be watched is noticed later, because the image is also looked for without a signal. */
static void watch(int from, const char *folder, long changes) {
  if (folder_count == FOLDERS) return;
  long fd = sys(openat, from, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  int moved = move_up((int)fd);
  sys(fcntl, moved, F_NOTIFY, changes | DN_MULTISHOT); /* closing this descriptor, or a copy of it, would end this */
  folders[folder_count++] = moved;
}

/* Watches each folder that has a link on the way along the path, and on the way along each link's target. */
static void watch_links(const char *path, int turn) {
  struct {
    char way[PATH_ROOM], folder[PATH_ROOM], target[PATH_ROOM];
  } *room = allocate(sizeof *room);
  char *way = room->way, *folder = room->folder, *target = room->target;
  struct text text = {way, 0, PATH_ROOM};
  append(&text, "%s", path);
  for (char *at = way; *at && turn < LINKS_IN_TURN;) {
    while (*at == '/') at++;
    size_t parent = (size_t)(at - way);
    while (*at && *at != '/') at++;
    char separator = *at;
    *at = 0;
    long length = sys(readlinkat, AT_FDCWD, way, target, PATH_ROOM - 1);
    *at = separator;
    if (length <= 0) continue;
    target[length] = 0;
    __builtin_memcpy(folder, way, parent);
    folder[parent] = 0;
    watch(AT_FDCWD, parent ? folder : ".", DN_DELETE | DN_RENAME);
    struct text next = {folder, *target == '/' ? 0 : parent, PATH_ROOM};
    append(&next, "%s", target);
    watch_links(folder, turn + 1);
  }
}

int begin_interruptions(void) {
  sys(rt_sigprocmask, BLOCK, &MET, &mask_before, 8);
  long fd = sys(signalfd4, -1, &MET, 8, O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  events = move_up((int)fd);
  watch(self.image_fd, ".", DN_MODIFY | DN_DELETE | DN_RENAME | DN_ATTRIB);
  watch(self.image_fd, "..", DN_DELETE | DN_RENAME);
  watch_links(self.options.image, 0);
  return events;
}

void meet_interruptions(void) {
  uint32_t info[INFO / 4];
  while (sys(read, events, info, sizeof info) == sizeof info) {
    if (info[0] == SIGIO) continue;
    remove_remembered();
    end_as((int)info[0]);
  }
}

void end_interruptions(void) {
  while (folder_count) sys(close, folders[--folder_count]);
  if (events >= 0) {
    meet_interruptions();
    sys(close, events);
  }
  sys(rt_sigprocmask, SET_MASK, &mask_before, 0, 8);
}
