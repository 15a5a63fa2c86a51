/* Opens and reads the folder for criu's files. */
#include "images.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_empty(int folder) {
  int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy < 0 ? NULL : fdopendir(copy);
  struct dirent *entry;
  bool empty = entries != NULL;
  if (entries == NULL) {
    if (copy >= 0) close(copy);
    return false;
  }
  while (empty && (entry = readdir(entries)) != NULL) empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
  closedir(entries);
  return empty;
}

int open_images(const char *path, struct reason *why) {
  struct stat folder;
  int images = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  char printable[256];
  copy_printable(printable, sizeof printable, path, strlen(path));
  if (images < 0 || fstat(images, &folder) != 0) {
    set_reason(why, "cannot use the folder \"%s\": %s", printable, strerror(errno));
    if (images >= 0) close(images);
    return -1;
  }
  if (folder.st_uid != getuid())
    set_reason(why, "cannot use the folder \"%s\": it belongs to user %u; give one of your own", printable, folder.st_uid);
  else if (folder.st_mode & (S_IWGRP | S_IWOTH))
    set_reason(why, "cannot use the folder \"%s\": others can write to it; chmod go-w", printable);
  else if (faccessat(images, ".", W_OK, 0) != 0) set_reason(why, "cannot use the folder \"%s\": %s", printable, strerror(errno));
  else if (!is_empty(images))
    set_reason(why, "cannot use the folder \"%s\": it is not empty or not readable; give an empty one", printable);
  else return images;
  close(images);
  return -1;
}

bool has_result(int images) {
  return faccessat(images, "inventory.img", F_OK, 0) == 0 && faccessat(images, "pstree.img", F_OK, 0) == 0;
}

/* Explains words of criu's in terms that a Java programmer knows. */
static void explain(struct reason *why) {
  static const struct {
    const char *criu, *java;
  } meanings[] = {
      {"Can't dump that handle",
       "a WatchService watches a folder that is neither below the working directory nor below /etc; start the JVM in a folder above it, or close the watch before the checkpoint"},
      {"increase limit", "a deleted file of more than 1 GiB is still open; close it before the checkpoint"},
      {"suspending seccomp failed",
       "a thread runs under a seccomp filter of its own, which the kernel lets only CAP_SYS_ADMIN suspend; keep the application from installing it"},
  };
  size_t length = strlen(why->text);
  for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
    if (strstr(why->text, meanings[i].criu) != NULL) {
      snprintf(why->text + length, sizeof why->text - length, " (%s)", meanings[i].java);
      return;
    }
}

/* A line looks like "(00.012345) Error (criu/files.c:12): text". The part before the text only helps criu's authors, who get
 * dump.log. */
bool find_error_line(const char *log, struct reason *why) {
  const char *error = strstr(log, "Error (");
  size_t length;
  if (error == NULL) return false;
  length = strcspn(error, "\n");
  for (const char *text = error; text + 3 < error + length; text++) {
    if (strncmp(text, "): ", 3) == 0) {
      length -= (size_t)(text + 3 - error);
      error = text + 3;
      break;
    }
  }
  copy_printable(why->text, length + 1 < 400 ? length + 1 : 400, error, length);
  explain(why);
  return true;
}

static bool read_log(int images, const char *name, char *log, size_t size) {
  size_t length = 0;
  ssize_t n;
  int file = openat(images, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return false;
  while (length < size - 1 && (n = read(file, log + length, size - 1 - length)) > 0) length += (size_t)n;
  close(file);
  log[length] = '\0';
  return true;
}

bool find_engine_error(int images, struct reason *why) {
  char log[65536];
  return read_log(images, "dump.log", log, sizeof log) && find_error_line(log, why);
}

bool find_output_line(const char *log, struct reason *why) {
  if (strncmp(log, "crjvm: ", 7) == 0) /* of the child that was to become criu */
    log += 7;
  if (strcspn(log, "\n") == 0) return false;
  copy_printable(why->text, 400, log, strcspn(log, "\n"));
  return true;
}

bool find_engine_output(int images, struct reason *why) {
  char log[4096];
  return read_log(images, "engine.log", log, sizeof log) && find_output_line(log, why);
}
