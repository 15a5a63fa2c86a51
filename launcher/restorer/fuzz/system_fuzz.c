/* Parses texts of the machine: /proc/self/cgroup, a memory limit, and /etc/passwd, which can come from a container image. */
#include "fuzz.h"
#include "needs.h"
#include "user.h"

static void look_at_groups(const char *text) {
  for (int old = 0; old < 2; old++) {
    char name[4096] = "";
    struct text path = TEXT(name);
    bool found = find_memory_group(text, old, &path);
    ALWAYS(!found || name[0] == '/');
    ALWAYS(!strchr(name, '\n') && strlen(name) == path.length);
  }
}

static void look_at_users(const char *text) {
  char name[384] = "";
  struct text user = TEXT(name);
  bool found = find_user(text, 1000, &user);
  /* The name becomes a part of a path. */
  ALWAYS(!found || (name[0] && !strchr(name, '/') && !strchr(name, ':') && !strchr(name, '\n')));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = exact_string(data, size);
  look_at_groups(text);
  look_at_users(text);
  parse_memory_limit(text);
  free(text);
  return 0;
}
