/* Gives up the restore and starts the application normally, as if no restore had been tried. That is possible until threads of
 * the application run: exec removes memory, descriptors that close on exec and waiting threads, and this file undoes the rest. It
 * allocates no memory, because a lack of memory may be the reason for giving up. */
#include "fallback.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/resource.h>

#include "kernel_names.h"
#include "own_files.h"
#include "print.h"
#include "restorer.h"
#include "signals.h"
#include "syscall.h"
#include "taking.h"

enum { STDERR = 2 };

static struct rlimit limit_before;
static bool limit_is_raised;

void remember_limit(uint64_t soft, uint64_t hard) {
  limit_is_raised = true;
  limit_before.rlim_cur = soft;
  limit_before.rlim_max = hard;
}

static void undo_all(void) {
  undo_signal_actions();
  if (limit_is_raised) sys(prlimit64, 0, RLIMIT_NOFILE, &limit_before, 0);
  remove_remembered();
  if (sys(close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC) < 0)
    for (int fd = 3; fd < self.staging + 1024; fd++) sys(fcntl, fd, F_SETFD, FD_CLOEXEC);
  for (int k = 0; k < self.named_count; k++) sys(fcntl, self.named[k], F_SETFD, 0);
  undo_signal_mask();
}

void refuse_fallback(void) {
  self.options.fallback = NULL;
  self.options.command = NULL;
}

void exit_with(int status) {
  for (;;) sys(exit_group, status);
}

static _Noreturn void execute(const char *program, char **arguments) {
  long error = sys(execve, program, arguments, self.environment);
  char buffer[512];
  struct text line = TEXT(buffer);
  append(&line, "crjvm: cannot execute \"%s\": %e\n", program, error);
  print_line(&line);
  exit_with(error == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE);
}

/* Returns true if no other user can have put the file there. */
static bool is_safe_file(const char *path, const struct stat *file) {
  struct stat folder;
  if (file->st_uid == (uint64_t)sys(geteuid)) return true;
  struct location location = find_location(path);
  bool good = location.folder >= 0 && sys(fstat, location.folder, &folder) == 0 && !(folder.st_mode & (S_IWGRP | S_IWOTH));
  leave_location(&location);
  return good;
}

/* Opens a file, and empties it. It must be a regular one, because opening or writing another kind could block. Returns a negative
 * number if it can't be written. */
static long open_empty(const char *path, uint32_t mode) {
  struct stat status;
  long fd = sys(openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
  if (fd < 0) return fd;
  if (sys(fstat, fd, &status) == 0 && S_ISREG(status.st_mode) && is_safe_file(path, &status) && sys(ftruncate, fd, 0) == 0)
    return fd;
  sys(close, fd);
  return -EPERM;
}

/* Saves the reason instead of printing it: a caller that starts the command itself does not want a message. An error here loses
 * the reason. */
static void keep_reason(const struct text *line) {
  long fd = open_empty(self.options.reason_file, 0600);
  if (fd < 0) return;
  write_if_possible((int)fd, line->at, line->length);
  sys(close, fd);
}

static bool is_restorers(const char *argument) {
  return text_equal(argument, "--keep-arguments") || text_equal(argument, "--verified") || text_equal(argument, "--");
}

/* Makes the launcher's arguments from the options that the restorer got. Each option of ours becomes at most one word there.
 * FALLBACK_WORDS counts the additional words. */
static _Noreturn void run_fallback(char *reason) {
  const struct options *o = &self.options;
  static char run[] = "run", no_restore[] = "--no-restore", because[] = "--reason", end[] = "--";
  char **arguments = self.fallback_arguments;
  int n = 0;
  arguments[n++] = (char *)(uintptr_t)o->fallback;
  arguments[n++] = run;
  arguments[n++] = no_restore;
  arguments[n++] = because;
  arguments[n++] = reason;
  for (int i = 1; i < self.argument_count; i++) {
    char *argument = self.arguments[i];
    bool ours = text_equal(argument, "--fallback");
    if (self.arguments + i == o->arguments) break;
    if (ours) i++;
    else if (!is_restorers(argument)) arguments[n++] = argument;
  }
  if (!o->keep_arguments) {
    arguments[n++] = end;
    for (int i = 0; i < o->argument_count; i++) arguments[n++] = o->arguments[i];
  }
  arguments[n] = NULL;
  execute(o->fallback, arguments);
}

/* Writes the report for "json" or "json:FILE". Without a normal start no other program would write it. */
static void report_failure(const char *reason) {
  static char buffer[16384];
  struct text line = TEXT(buffer);
  const char *report = self.options.report;
  if (!report || self.options.check || self.options.check_place) return;
  append(&line, "{\"start\":\"none\",\"image\":\"");
  append_json(&line, self.options.image);
  append(&line, "\",\"reason\":\"");
  append_json(&line, reason);
  append(&line, "\"}\n");
  const char *file = text_starts(report, "json:") ? report + 5 : NULL;
  long fd = file ? open_empty(file, 0666) : STDERR;
  if (fd < 0) {
    line.length = 0;
    append(&line,
           "crjvm: cannot write the report \"%s\"; give a plain file that can be written, in a folder that others can't write to\n",
           file);
    print_line(&line);
    return;
  }
  write_if_possible((int)fd, line.at, line.length);
  if (file) sys(close, fd);
}

/* Returns true if a new image has replaced the one that was opened, whose files are then deleted. With --pid=same it returns
 * false: this process already has the wanted id, so a new attempt could not get it. The pool itself starts its copies again. */
static bool is_replaced(void) {
  struct stat opened, present;
  if (self.image_fd < 0 || self.options.verified || self.options.same_pid || self.options.park) return false;
  if (sys(fstat, self.image_fd, &opened) < 0 || sys(newfstatat, AT_FDCWD, self.options.image, &present, 0) < 0) return false;
  return opened.st_dev != present.st_dev || opened.st_ino != present.st_ino;
}

void start_over(void) {
  undo_all();
  sys(execve, self.arguments[0], self.arguments, self.environment);
}

void leave_quietly(void) {
  undo_all();
  exit_with(EXIT_UNUSABLE);
}

/* Gives the start that has taken this parked copy back to itself. It finds out what is wrong, too, and does what is due. */
static _Noreturn void leave_taker(const char *why) {
  enum { NO_SIGNAL = 0x4000 }; /* MSG_NOSIGNAL */
  struct taking_answer answer = {.kind = TAKING_REFUSED};
  struct text reason = TEXT(answer.reason);
  append(&reason, "%s", why);
  sys(sendto, self.taker, &answer, sizeof answer, NO_SIGNAL, 0, 0);
  leave_quietly();
}

void fail(const char *hint, const char *format, ...) {
  static char buffer[8192], reason[8192];
  static bool failing;
  struct text line = TEXT(buffer);
  bool falls_back = (self.options.fallback || self.options.command) && !self.options.check && !self.options.check_place;
  if (failing) exit_with(EXIT_UNUSABLE); /* giving up failed */
  failing = true;
  if (self.taker < 0 && is_replaced()) start_over();
  append(&line, "crjvm: cannot restore \"%s\": ", self.options.image);
  size_t begin = line.length;
  va_list arguments;
  va_start(arguments, format);
  append_list(&line, format, arguments);
  va_end(arguments);
  for (size_t i = begin; i < line.length; i++) reason[i - begin] = printable(line.at[i]);
  if (self.taker >= 0) leave_taker(reason);
  if (falls_back) append(&line, hint ? " (%s)" : "", hint);
  append(&line, "; %s\n",
         falls_back ? "starting the application normally"
         : hint     ? hint
                    : "start the application without the image, or make a new one");
  undo_all();
  if (falls_back && self.options.reason_file) keep_reason(&line);
  else print_line(&line);
  if (falls_back && self.options.command) execute(self.options.command[0], self.options.command);
  if (falls_back) run_fallback(reason);
  report_failure(reason);
  exit_with(EXIT_UNUSABLE);
}

void fail_usage(const char *cause) {
  char buffer[1024];
  struct text line = TEXT(buffer);
  append(&line, "crjvm: cannot restore: %s; see crjvm help run\n", cause);
  print_line(&line);
  exit_with(EXIT_USAGE);
}
