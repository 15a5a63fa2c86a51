/* Finds out whether the disk has an image of the store: entry.c says why it may not. Only proven damage removes an image, and only a process of
 * the image's owner removes it. A failure that says nothing about the image leaves it there: too few descriptors, a file that can't be read. */
#include "settle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "comparison.h"
#include "entry.h"
#include "files.h"
#include "give_up.h"
#include "image_manifest.h"
#include "target.h"

enum { SETTLED_SECONDS = 60 }; /* the kernel writes what is older than 30 seconds */

#define IMAGE "image"
#define LOST ".lost"
#define ANOTHER_RUN "-"

/* Says why the image is not used, for the launcher's line. */
static _Noreturn void end_unused(const char *cause) {
  dprintf(STDERR_FILENO, "%s\n", cause);
  exit(1);
}

/* Removes the image that was opened, and no other one that has taken its name since. */
static void remove_image(int entry, int folder) {
  struct stat opened, named;
  if (fstat(folder, &opened) || fstatat(entry, IMAGE, &named, AT_SYMLINK_NOFOLLOW) || opened.st_ino != named.st_ino) return;
  if (!renameat(entry, IMAGE, entry, LOST)) remove_tree(entry, LOST);
}

/* Sets the manifest. Returns NULL, or a proven fault. */
static char *read_compared(int folder, struct manifest *manifest) {
  uint64_t size;
  int fd = open_compared(folder, MANIFEST_FILE, &size);
  if (fd < 0) return strdup("it has no manifest");
  if (size > MANIFEST_MOST) return strdup("its manifest is too long");
  struct content text = read_all(fd, MANIFEST_FILE, (size_t)size);
  close(fd);
  manifest->files = calloc(MANIFEST_FILES, sizeof *manifest->files);
  manifest->required = calloc(MANIFEST_REQUIRED, sizeof *manifest->required);
  if (!manifest->files || !manifest->required) give_up("out of memory");
  const char *wrong = parse_manifest(manifest, text.bytes, text.length);
  return wrong ? strdup(wrong) : NULL;
}

/* Waits until the disk has all of the image. A note of another run causes a comparison at the next start if the disk has refused something. */
static void force(int entry, int folder, const struct manifest *manifest) {
  int error = 0;
  bool forced = true;
  for (size_t i = 0; i < manifest->count && forced; i++) {
    uint64_t size;
    int fd = open_compared(folder, manifest->files[i].name, &size);
    forced = fd >= 0 && !fsync(fd);
    if (!forced) error = errno;
    if (fd >= 0) close(fd);
  }
  if (forced && (fsync(folder) || fsync(entry))) {
    forced = false;
    error = errno;
  }
  if (forced) {
    unlinkat(entry, UNWRITTEN, 0);
  } else if (error == EIO) {
    write_note(entry, UNWRITTEN, ANOTHER_RUN, sizeof ANOTHER_RUN - 1);
  }
}

void settle_image(const char *path) {
  struct stat note, status;
  struct manifest manifest = {0};
  int entry = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (entry < 0 || fstat(entry, &status)) give_up("\"%s\": %s", path, strerror(errno));
  bool whole = is_whole(entry), own = status.st_uid == geteuid();
  /* Only the owner has the disk asked, and removes the note. */
  if (whole && (!own || fstatat(entry, UNWRITTEN, &note, 0) || note.st_mtime + SETTLED_SECONDS > time(NULL))) _exit(0);
  int folder = openat(entry, IMAGE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) give_up("\"" IMAGE "\": %s", strerror(errno));
  char *damage = read_compared(folder, &manifest);
  if (!damage && !whole) damage = find_damage(folder, &manifest);
  if (damage && own) remove_image(entry, folder);
  if (damage) end_unused(damage);
  if (own) force(entry, folder, &manifest);
  _exit(0);
}
