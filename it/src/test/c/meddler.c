/* Changes the folder of a dump at random moments until it is killed: meddler HOW SEED FOLDER FOREIGN SECRET. FOREIGN is a
 * folder of somebody else that everybody can write to, and SECRET is a file of root.
 *
 *   exchange   now and then replaces the folder with a link to FOREIGN, FOREIGN itself, or a pipe; then with an empty folder
 *   plant      leaves the folder, and puts links to SECRET, pipes and folders into it under the names of criu's files
 *   aim        acts once, when criu starts: links to SECRET under names that criu uses later, and its link to earlier images */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder, *foreign, *secret;

static void empty(const char *path) {
  DIR *entries = opendir(path);
  struct dirent *entry;
  while (entries != NULL && (entry = readdir(entries)) != NULL)
    if (unlinkat(dirfd(entries), entry->d_name, 0) != 0) unlinkat(dirfd(entries), entry->d_name, AT_REMOVEDIR);
  if (entries != NULL) closedir(entries);
}

static void make_other(const char *path) {
  switch (rand() % 3) {
    case 0:
      if (symlink(foreign, path) == 0) return;
      break;
    case 1:
      if (mkfifo(path, 0777) == 0) return;
      break;
    default:
      if (symlink("/proc/self/fd", path) == 0) return;
  }
  perror(path);
  exit(1);
}

/* Exchanges the names in one call, so that the name always leads to something. */
static void exchange(void) {
  char other[4096];
  snprintf(other, sizeof other, "%s.other", folder);
  make_other(other);
  renameat2(AT_FDCWD, folder, AT_FDCWD, other, RENAME_EXCHANGE);
  usleep((useconds_t)(rand() % 3000));
  renameat2(AT_FDCWD, folder, AT_FDCWD, other, RENAME_EXCHANGE);
  unlink(other);
  usleep((useconds_t)(rand() % 8000));
  if (rand() % 4 == 0) empty(folder);
}

static void plant(void) {
  static const char *const names[] = {
      "dump.log",  "engine.log",  "inventory.img", "pstree.img",   "core-1.img",
      "files.img", "pages-1.img", "stats-dump",    "fdinfo-2.img",
  };
  char path[4096];
  usleep((useconds_t)(rand() % 30000));
  snprintf(path, sizeof path, "%s/%s", folder, names[(size_t)rand() % (sizeof names / sizeof *names)]);
  unlink(path);
  switch (rand() % 3) {
    case 0:
      if (symlink(secret, path) == 0) break;
      return;
    case 1: mkfifo(path, 0600); break;
    default: mkdir(path, 0700);
  }
  usleep((useconds_t)(rand() % 30000));
  /* A pipe would hold criu up until its time limit, so this opens the pipe. */
  close(open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW));
  empty(folder);
}

/* Waits for engine.log, which the helper makes right before criu begins. */
static void aim(void) {
  static const char *const names[] = {"pages-1.img", "pages-2.img", "inventory.img", "pstree.img",
                                      "files.img",   "stats-dump",  "seccomp.img"};
  char path[4096];
  snprintf(path, sizeof path, "%s/engine.log", folder);
  while (access(path, F_OK) != 0) usleep(20);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    if (symlink(secret, path) != 0 && errno != EEXIST) perror(path);
  }
  snprintf(path, sizeof path, "%s/parent", folder);
  if (symlink(".", path) != 0) perror(path);
}

int main(int argc, char *argv[]) {
  if (argc != 6) return 2;
  srand((unsigned)atoi(argv[2]));
  folder = argv[3];
  foreign = argv[4];
  secret = argv[5];
  if (mkdir(folder, 0700) != 0) return 1;
  puts("ready");
  fflush(stdout);
  if (argv[1][0] == 'a') {
    aim();
    return 0;
  }
  for (;;)
    if (argv[1][0] == 'e') exchange();
    else plant();
}
