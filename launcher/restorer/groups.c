/* Reads /etc/group and /etc/passwd to say who is in a group, and /proc/self/uid_map to say which users have a number here. */
#include "groups.h"

enum { FIELDS = 4 };

/* A line with at least four fields: NAME:PASSWORD:ID:MEMBERS in /etc/group, NAME:PASSWORD:USER:GROUP in /etc/passwd. */
struct line {
  const char *start[FIELDS], *end[FIELDS];
};

/* Splits the line that begins at *at, and moves *at to the next one. Fields that are not there are empty. */
static struct line next_line(const char **at) {
  const char *c = *at;
  struct line line;
  for (int i = 0; i < FIELDS; i++) {
    line.start[i] = c;
    while (*c && *c != '\n' && *c != ':') c++;
    line.end[i] = c;
    if (*c == ':') c++;
  }
  while (*c && *c != '\n') c++;
  *at = *c ? c + 1 : c;
  return line;
}

static bool has_number(const struct line *line, int field, uint64_t wanted) {
  uint64_t value;
  return parse_number(line->start[field], line->end[field], UINT32_MAX, &value) && value == wanted;
}

static bool is_field(const struct line *line, int field, const char *text, const char *end) {
  const char *at = line->start[field];
  while (at < line->end[field] && text < end && *at == *text) at++, text++;
  return at == line->end[field] && text == end;
}

bool find_group(const char *groups, uint64_t group, struct text *name) {
  for (const char *at = groups; *at;) {
    struct line line = next_line(&at);
    if (!has_number(&line, 2, group) || line.start[0] == line.end[0]) continue;
    for (const char *c = line.start[0]; c < line.end[0]; c++) append(name, "%c", *c);
    return true;
  }
  return false;
}

bool is_administrators_group(const char *groups, uint64_t group) {
  static const char *const NAMES[] = {"root", "wheel", "sudo", "staff", "admin"};
  if (group == 0) return true;
  for (const char *at = groups; *at;) {
    struct line line = next_line(&at);
    if (!has_number(&line, 2, group)) continue;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
      if (is_field(&line, 0, NAMES[i], NAMES[i] + text_length(NAMES[i]))) return true;
  }
  return false;
}

struct users {
  uint64_t a, b;
};

static bool is_one_of(const struct line *line, const struct users *users) {
  return has_number(line, 2, 0) || has_number(line, 2, users->a) || has_number(line, 2, users->b);
}

/* Returns true if every user with this name is one of these, and there is one. */
static bool is_name_of(const char *passwd, const char *name, const char *end, const struct users *users) {
  bool found = false;
  for (const char *at = passwd; *at;) {
    struct line line = next_line(&at);
    if (!is_field(&line, 0, name, end)) continue;
    if (!is_one_of(&line, users)) return false;
    found = true;
  }
  return found;
}

/* Looks at the members of a line of /etc/group, which are separated by commas. */
static bool are_members(const char *passwd, const struct line *line, const struct users *users, bool *any) {
  for (const char *name = line->start[3]; name < line->end[3];) {
    const char *end = name;
    while (end < line->end[3] && *end != ',') end++;
    if (end > name) {
      if (!is_name_of(passwd, name, end, users)) return false;
      *any = true;
    }
    name = end + 1;
  }
  return true;
}

/* Lines that begin with a plus sign let the C library look for more users and groups elsewhere. */
static bool names_other_sources(const struct line *line) { return *line->start[0] == '+'; }

bool is_private_group(const char *groups, const char *passwd, uint64_t group, uint64_t a, uint64_t b) {
  const struct users users = {a, b};
  bool known = false, any = false;
  for (const char *at = groups; *at;) {
    struct line line = next_line(&at);
    if (names_other_sources(&line)) return false;
    if (!has_number(&line, 2, group)) continue;
    known = true;
    if (!are_members(passwd, &line, &users, &any)) return false;
  }
  for (const char *at = passwd; *at;) {
    struct line line = next_line(&at);
    if (names_other_sources(&line)) return false;
    if (!has_number(&line, 3, group)) continue;
    if (!is_one_of(&line, &users)) return false;
    any = true;
  }
  return known && any;
}

/* Reads a number after spaces. */
static bool take_number(const char **at, uint64_t *value) {
  while (**at == ' ') ++*at;
  const char *end = *at;
  while (*end >= '0' && *end <= '9') end++;
  bool good = parse_number(*at, end, UINT32_MAX, value);
  *at = end;
  return good;
}

bool is_mapped_user(const char *map, uint64_t user) {
  for (const char *at = map; *at;) {
    uint64_t first, outside, count;
    if (!take_number(&at, &first) || !take_number(&at, &outside) || !take_number(&at, &count)) return false;
    if (user >= first && user - first < count) return true;
    while (*at && *at != '\n') at++;
    if (*at) at++;
  }
  return false;
}
