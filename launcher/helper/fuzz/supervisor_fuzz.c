/* Alternates opens by criu with acts of its caller in the folder. In the input a letter stands for the act, and a name follows.
 * Every file that is opened has to be a plain file of the folder whose name criu created first. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "supervisor.h"

enum { WORDS = 32, NAME = 32 };

static char path[] = "/tmp/supervisor-fuzz-XXXXXX";

static void remove_folder(void) { rmdir(path); }

static int open_folder(void) {
  if (!mkdtemp(path) || atexit(remove_folder) != 0) abort();
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) abort();
  return folder;
}

static void empty(int folder) {
  DIR *entries = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const struct dirent *entry;
  if (!entries) abort();
  while ((entry = readdir(entries)) != NULL)
    if (unlinkat(folder, entry->d_name, 0) != 0) unlinkat(folder, entry->d_name, AT_REMOVEDIR);
  closedir(entries);
}

/* Acts only in the folder itself. */
static void act_as_caller(int folder, char act, const char *name) {
  int fd = -1;
  if (strchr(name, '/')) return;
  switch (act) {
    case 'l': (void)!symlinkat("/dev/null", folder, name); break;
    case 'h': (void)!linkat(folder, name, folder, "h", 0); break;
    case 'm': (void)!renameat(folder, name, folder, "m"); break;
    case 'd': mkdirat(folder, name, 0700); break;
    case 'f': mkfifoat(folder, name, 0600); break;
    case 'p': fd = openat(folder, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0600); break;
    default: unlinkat(folder, name, 0);
  }
  if (fd >= 0) close(fd);
}

static void look_at(int folder, int fd, const char *name) {
  struct stat file, named;
  ALWAYS(fstat(fd, &file) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0);
  ALWAYS(file.st_ino == named.st_ino && file.st_dev == named.st_dev);
  if (strcmp(name, ".") == 0) return;
  ALWAYS(S_ISREG(file.st_mode) && file.st_nlink == 1 && !strchr(name, '/'));
}

static bool was_made(char *const made[], int count, const char *name) {
  for (int i = 0; i < count; i++)
    if (strcmp(made[i], name) == 0) return true;
  return false;
}

static void act(struct supervisor *supervisor, char *word, char *made[WORDS], int *count) {
  char *name = word + 1;
  bool creates = *word == 'c';
  int flags = creates ? O_WRONLY | O_CREAT | O_TRUNC : *word == 'r' ? O_RDONLY : O_RDWR;
  if (!creates && *word != 'r' && *word != 'w') {
    act_as_caller(supervisor->images, *word, name);
    return;
  }
  int fd = open_for_engine(supervisor, name, flags, 0666);
  if (fd < 0) return;
  look_at(supervisor->images, fd, name);
  ALWAYS(creates || strcmp(name, ".") == 0 || was_made(made, *count, name));
  if (creates) made[(*count)++] = name;
  close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static int folder = -1;
  if (folder < 0) folder = open_folder();
  struct supervisor supervisor = {.images = folder, .listener = -1, .refused_call = -1};
  char *text = exact_string(data, size), *words[WORDS + 1], *made[WORDS];
  int count = split_words(text, size, words, WORDS + 1), made_count = 0;
  for (int i = 0; i < count; i++)
    if (*words[i] && strlen(words[i]) <= NAME) act(&supervisor, words[i], made, &made_count);
  end_supervisor(&supervisor);
  empty(folder);
  free(text);
  return 0;
}
