/* Maps paths of the application's files that are elsewhere than at the checkpoint: --map OLD=NEW. */
#include "paths.h"

#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "fallback.h"
#include "restorer.h"
#include "syscall.h"

const char *map_path(const char *path) {
  const struct path_map *map = find_map(&self.options, path);
  if (!map) return path;
  const char *rest = path + map->from_length;
  size_t room = text_length(map->to) + text_length(rest) + 2;
  struct text mapped = {allocate(room), 0, room};
  append(&mapped, "%s", map->to);
  while (mapped.length > 1 && mapped.at[mapped.length - 1] == '/') mapped.at[--mapped.length] = 0;
  if (mapped.length == 1 && *rest == '/') mapped.length = 0, mapped.at[0] = 0; /* it is mapped to the root */
  append(&mapped, "%s%s", *rest && *rest != '/' ? "/" : "", rest);
  return mapped.at;
}

const char *plan_path(uint32_t name) {
  const char *path = plan_string(&self.plan, name);
  return path && self.options.map_count ? map_path(path) : path;
}

void check_maps(void) {
  struct stat status;
  for (int i = 0; i < self.options.map_count; i++) {
    const char *to = self.options.maps[i].to;
    long error = sys(newfstatat, AT_FDCWD, to, &status, 0);
    if (!error) continue;
    refuse_fallback();
    fail("give its new place", "--map %s: \"%s\": %e", self.options.maps[i].from, to, error);
  }
}
