/* Parses texts of the machine: /proc/self/cgroup, a memory limit, uid_map, and /etc/passwd and /etc/group, which can come from a
 * container image. */
#include "fuzz.h"
#include "groups.h"
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
  is_administrators_group(text, 10);
  is_mapped_user(text, 1000);
  ALWAYS(!is_private_group(text, text, 4000000000, 1, 2) || strchr(text, '4'));
  parse_memory_limit(text);
  free(text);
  return 0;
}
