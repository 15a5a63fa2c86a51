/* Folders and temporary files that the application has made for itself when it started. A normal start makes those that are not there,
 * and so does a restore. A temporary one belongs to one user: if it were another's, that user would see what the application writes, and
 * could change what it reads. */
#include "made.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "fallback.h"
#include "image_files.h"
#include "kernel_names.h"
#include "own_files.h"
#include "paths.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"
#include "trust.h"

static const char MOVE[] = "move it away or make a new image";

/* The folders and files that the application can't use. */
static struct {
  const struct plan_made *first;
  const char *what;
  long error;
  uint64_t count;
} lost;

static bool is_folder(const struct plan_made *made) { return made->kind == PLAN_MADE_FOLDER; }
static bool is_temporary(const struct plan_made *made) { return made->flags & PLAN_MADE_TEMPORARY; }
static const char *kind_of(const struct plan_made *made) { return is_folder(made) ? "folder" : "temporary file"; }

/* Ends the restore if the application has to start normally then, or else remembers the first one for tell_lost. */
static void lose(const struct plan_made *made, const char *what, long error) {
  if (!(made->flags & PLAN_MADE_WARN))
    fail(MOVE, "the %s \"%s\", which the application has made, %s: %e", kind_of(made), plan_path(made->name), what, error);
  if (lost.count++) return;
  lost.first = made;
  lost.what = what;
  lost.error = error;
}

static void tell_lost(void) {
  char buffer[1024];
  struct text line = TEXT(buffer);
  if (!lost.count) return;
  append(&line, "crjvm: the %s \"%s\", which the application has made, %s: %e", kind_of(lost.first), plan_path(lost.first->name),
         lost.what, lost.error);
  append(&line, lost.count > 1 ? " (and there are %u more)" : "", lost.count - 1);
  append(&line, "; the application can't use it\n");
  print_line(&line);
  lost.count = 0;
}

/* Returns true if there is something under the path. It must be what the application has made, or the restore ends. */
static bool is_there(const struct plan_made *made) {
  const char *path = plan_path(made->name);
  struct stat status;
  if (sys(newfstatat, AT_FDCWD, path, &status, is_temporary(made) ? AT_SYMLINK_NOFOLLOW : 0)) return false;
  if (is_folder(made) ? !S_ISDIR(status.st_mode) : !S_ISREG(status.st_mode))
    fail(MOVE, "\"%s\" was a %s that the application had made, and is none now", path, kind_of(made));
  if (is_temporary(made) && !is_trusted_user(status.st_uid))
    fail(MOVE, "the temporary %s \"%s\" belongs to another user (%u)", is_folder(made) ? "folder" : "file", path,
         (uint64_t)status.st_uid);
  return true;
}

static long copy_content(const char *content, int to) {
  struct stat status;
  long from = open_part(content, O_NOFOLLOW);
  if (from < 0) return from;
  long error = sys(fstat, from, &status);
  if (!error) check_image_file(&status, (int)from, content);
  for (uint64_t left = (uint64_t)status.st_size; !error && left;) {
    long sent = sys(sendfile, to, from, NULL, left);
    if (sent <= 0) error = sent ? sent : -EIO;
    else left -= (uint64_t)sent;
  }
  sys(close, from);
  return error;
}

/* Another copy may be reading the file as soon as it is there, so it gets its name when it is complete. */
static long make_file(const struct plan_made *made) {
  char buffer[64];
  struct text partial = TEXT(buffer);
  const char *content = plan_string(&self.plan, made->content);
  if (!content) return -EFBIG;
  struct location final = find_location(plan_path(made->name)), location = {final.folder, buffer};
  append(&partial, ".crjvm.%d.partial", (int)sys(getpid));
  remove_own(&location, S_IFREG); /* a process with the same id may have been killed */
  long fd = make_own(&location, made->mode), error = fd;
  if (fd >= 0) {
    int64_t times[4] = {made->mtime_sec, made->mtime_nsec, made->mtime_sec, made->mtime_nsec};
    error = copy_content(content, (int)fd);
    if (!error) error = sys(utimensat, (int)fd, NULL, times, 0);
    sys(close, fd);
    if (!error) error = rename_new(&location, final.name);
    if (error) remove_own(&location, S_IFREG);
  }
  leave_location(&final);
  return error;
}

static void make_one(const struct plan_made *made) {
  if (is_there(made)) return;
  long error = is_folder(made) ? sys(mkdirat, AT_FDCWD, plan_path(made->name), made->mode) : make_file(made);
  if (error < 0 && (error != -EEXIST || !is_there(made))) lose(made, "is missing and can't be made", error);
}

void check_made_files(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_MADE]; i++) {
    const struct plan_made *made = &self.plan.made[i];
    if (!is_there(made) || !(made->flags & PLAN_MADE_EMPTY) || !is_temporary(made)) continue;
    long error = sys(faccessat, AT_FDCWD, plan_path(made->name), W_OK | X_OK);
    if (error < 0) lose(made, "can't be written", error);
  }
  tell_lost();
}

void make_missing_files(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_MADE]; i++) make_one(&self.plan.made[i]);
  tell_lost();
}
