/* Finds settings that only the Java client knows. */
#include "settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "give_up.h"
#include "text.h"

/* Lines outside of tables, and the table of aliases, only concern names without a host. */
static void check_file(const char *path) {
  FILE *file = fopen(path, "re");
  char *line = NULL;
  size_t room = 0;
  if (!file && errno != ENOENT && errno != ENOTDIR) give_up("\"%s\": %s", path, strerror(errno));
  while (file && getline(&line, &room, file) > 0) {
    const char *at = line + strspn(line, " \t");
    if (*at == '[' && !begins_with(at, "[aliases]")) give_up("\"%s\" says where registries are", path);
  }
  free(line);
  if (file) fclose(file);
}

static void check_folder(const char *path) {
  DIR *entries = opendir(path);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    char *file = print_text("%s/%s", path, entry->d_name);
    check_file(file);
    free(file);
  }
  if (entries) closedir(entries);
}

static void check_java(const char *variable) {
  static const char *const WORDS[] = {"javax.net", "jdk.net", "roxy"};
  const char *options = getenv(variable);
  for (size_t i = 0; options && i < sizeof WORDS / sizeof *WORDS; i++)
    if (strstr(options, WORDS[i])) give_up("$%s has options of the network", variable);
}

void check_settings(void) {
  const char *home = getenv("HOME");
  check_java("JAVA_TOOL_OPTIONS");
  check_java("JDK_JAVA_OPTIONS");
  check_file("/etc/containers/registries.conf");
  check_folder("/etc/containers/registries.conf.d");
  if (!home) return;
  char *file = print_text("%s/.config/containers/registries.conf", home), *folder = print_text("%s.d", file);
  check_file(file);
  check_folder(folder);
  free(file);
  free(folder);
}
