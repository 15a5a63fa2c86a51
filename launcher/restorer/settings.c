/* Compares settings. The application uses those that it has read before the checkpoint, whatever the settings of this start
 * are. */
#include "settings.h"

#include "allocate.h"
#include "crc.h"
#include "fallback.h"
#include "print.h"
#include "restorer.h"

enum { MOST_NAMES = 8 };

/* These variables belong to sessions and terminals: code that looks through all variables is not interested in them. */
static const char *const OF_SESSIONS[] = {"_",
                                          "COLORTERM",
                                          "COLUMNS",
                                          "DBUS_SESSION_BUS_ADDRESS",
                                          "DISPLAY",
                                          "INVOCATION_ID",
                                          "JOURNAL_STREAM",
                                          "LINES",
                                          "LS_COLORS",
                                          "MAINPID",
                                          "NOTIFY_SOCKET",
                                          "OLDPWD",
                                          "PWD",
                                          "SHLVL",
                                          "SSH_*",
                                          "STY",
                                          "SYSTEMD_EXEC_PID",
                                          "TERM",
                                          "TERM_*",
                                          "TMUX*",
                                          "WAYLAND_DISPLAY",
                                          "WINDOWID",
                                          "XDG_*"};

/* Has the names that were read and that differ from the checkpoint, for one line. */
static const char *told[MOST_NAMES];
static uint64_t told_count;
static bool are_arguments_told;

/* Matches a name of this length with a pattern, in which * stands for any text. */
static bool fits(const char *pattern, const char *name, size_t length) {
  const char *end = name + length, *star = NULL, *from = NULL;
  while (name < end) {
    if (*pattern == '*') {
      star = pattern++;
      from = name;
    } else if (*pattern && *pattern == *name) {
      pattern++;
      name++;
    } else if (star) {
      pattern = star + 1;
      name = ++from;
    } else {
      return false;
    }
  }
  while (*pattern == '*') pattern++;
  return !*pattern;
}

static bool fits_any(const char *const *patterns, size_t count, const char *name, size_t length) {
  for (size_t i = 0; i < count; i++)
    if (fits(patterns[i], name, length)) return true;
  return false;
}

static bool is_of_session(const char *name, size_t length) {
  return fits_any(OF_SESSIONS, sizeof OF_SESSIONS / sizeof *OF_SESSIONS, name, length);
}

static bool is_value(const struct plan_setting *setting) { return setting->use <= PLAN_SETTING_SEEN; }

static const struct plan_setting *find(uint16_t kind, const char *name, size_t length) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SETTINGS]; i++) {
    const struct plan_setting *setting = &self.plan.settings[i];
    const char *of_setting = setting->kind == kind && is_value(setting) ? plan_string(&self.plan, setting->name) : NULL;
    if (of_setting && text_length(of_setting) == length && text_starts(name, of_setting)) return setting;
  }
  return NULL;
}

/* Returns true if a setting of this use has a pattern that matches the name. */
static bool has_pattern(uint16_t use, uint16_t kind, const char *name, size_t length) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SETTINGS]; i++) {
    const struct plan_setting *setting = &self.plan.settings[i];
    if (setting->kind == kind && setting->use == use && fits(plan_string(&self.plan, setting->name), name, length)) return true;
  }
  return false;
}

static bool has_miss(uint32_t kind, uint32_t hash) {
  uint32_t low = 0, high = self.plan.counts[PLAN_MISSES];
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    const struct plan_miss *miss = &self.plan.misses[middle];
    if (miss->kind == kind && miss->hash == hash) return true;
    if (miss->kind < kind || (miss->kind == kind && miss->hash < hash)) low = middle + 1;
    else high = middle;
  }
  return false;
}

/* Computes String.hashCode of names in ASCII. */
static uint32_t hash_of(const char *name, size_t length) {
  uint32_t hash = 0;
  for (size_t i = 0; i < length; i++) hash = 31 * hash + (unsigned char)name[i];
  return hash;
}

/* Returns true if the application asked for a setting that did not exist. */
static bool was_missed(uint16_t kind, const char *name, size_t length) {
  if (has_miss(kind == PLAN_SETTING_VARIABLE ? PLAN_MISS_VARIABLE : PLAN_MISS_PROPERTY, hash_of(name, length))) return true;
  return kind == PLAN_SETTING_VARIABLE && has_miss(PLAN_MISS_ALL_VARIABLES, 0) && !is_of_session(name, length);
}

static bool was_read(const struct plan_setting *setting, const char *name, size_t length) {
  return setting->use == PLAN_SETTING_READ || (setting->use == PLAN_SETTING_SEEN && !is_of_session(name, length));
}

/* Returns a name as it is written on the command line. */
static const char *title(uint16_t kind, const char *name, size_t length) {
  size_t lead = kind == PLAN_SETTING_PROPERTY ? 2 : 0;
  char *copy = allocate(lead + length + 1);
  __builtin_memcpy(copy, "-D", lead);
  __builtin_memcpy(copy + lead, name, length);
  return copy;
}

static void tell(uint16_t kind, const char *name, size_t length) {
  if (told_count < MOST_NAMES) told[told_count] = title(kind, name, length);
  told_count++;
}

/* The look of the output may depend on the terminal, but not what it says. */
static void refuse_fixed(uint16_t kind, const char *name, size_t length) {
  /* The cache compares the settings of its entries itself. */
  if (self.options.reason_file || (kind == PLAN_SETTING_VARIABLE && is_of_session(name, length))) return;
  fail("make an image with it", "\"%s\" differs from the checkpoint's, and the application has read it before it",
       title(kind, name, length));
}

/* Handles a setting whose value differs from the checkpoint, or that only one of the two has. */
static void differ(uint16_t kind, const char *name, size_t length, bool read) {
  const struct options *o = &self.options;
  bool variable = kind == PLAN_SETTING_VARIABLE;
  const struct patterns *patterns = variable ? &o->match_environment : &o->match_property;
  if (fits_any(patterns->all, (size_t)patterns->count, name, length))
    fail("make an image with it", "\"%s\" differs from the checkpoint's, and --match-%s names it", title(kind, name, length),
         variable ? "environment" : "property");
  if (!read) return;
  self.differs = true;
  if (has_pattern(PLAN_SETTING_REREAD, kind, name, length)) return;
  if (has_pattern(PLAN_SETTING_FIXED, kind, name, length)) refuse_fixed(kind, name, length);
  else tell(kind, name, length);
}

static bool is_own(uint16_t kind, const char *name) {
  return text_starts(name, kind == PLAN_SETTING_VARIABLE ? "CRJVM_" : "crjvm.");
}

/* Checks NAME=value, or NAME alone for a property. */
static void check_setting(uint16_t kind, const char *line) {
  const char *equals = text_find(*line ? line + 1 : line, '='); /* a name may begin with an equals sign */
  size_t length = equals ? (size_t)(equals - line) : text_length(line);
  const char *value = equals ? equals + 1 : "";
  if (!length || is_own(kind, line) || (!equals && kind == PLAN_SETTING_VARIABLE)) return;
  const struct plan_setting *setting = find(kind, line, length);
  if (!setting) differ(kind, line, length, was_missed(kind, line, length));
  else if (crc32c(0, value, text_length(value)) != setting->crc) differ(kind, line, length, was_read(setting, line, length));
}

static bool is_in_environment(const char *name) {
  size_t length = text_length(name);
  for (char *const *each = self.environment; *each; each++)
    if (text_starts(*each, name) && (*each)[length] == '=') return true;
  return false;
}

static void check_removed(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SETTINGS]; i++) {
    const struct plan_setting *setting = &self.plan.settings[i];
    if (setting->kind != PLAN_SETTING_VARIABLE || !is_value(setting)) continue;
    const char *name = plan_string(&self.plan, setting->name);
    size_t length = text_length(name);
    if (!is_in_environment(name)) differ(PLAN_SETTING_VARIABLE, name, length, was_read(setting, name, length));
  }
}

static bool have_arguments_changed(void) {
  const struct options *o = &self.options;
  if (o->keep_arguments) return false;
  uint32_t crc = 0;
  for (int i = 0; i < o->argument_count; i++) crc = crc32c(crc, o->arguments[i], text_length(o->arguments[i]) + 1);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SETTINGS]; i++)
    if (self.plan.settings[i].kind == PLAN_SETTING_ARGUMENTS && is_value(&self.plan.settings[i]))
      return self.plan.settings[i].crc != crc;
  return false;
}

void check_settings(void) {
  for (char *const *each = self.environment; *each; each++) check_setting(PLAN_SETTING_VARIABLE, *each);
  for (int i = 0; i < self.options.property_count; i++) check_setting(PLAN_SETTING_PROPERTY, self.options.properties[i]);
  check_removed();
  are_arguments_told = have_arguments_changed();
  if (are_arguments_told) self.differs = true;
}

void tell_settings(void) {
  static char buffer[2048];
  struct text line = TEXT(buffer);
  uint64_t shown = told_count < MOST_NAMES ? told_count : MOST_NAMES;
  bool one = told_count == 1 && !are_arguments_told;
  /* The cache compares the settings of its entries itself. */
  if ((!told_count && !are_arguments_told) || self.options.reason_file) return;
  append(&line, "crjvm: ");
  for (uint64_t i = 0; i < shown; i++) append(&line, i ? ", %s" : "%s", told[i]);
  if (told_count > shown) append(&line, " and %u more", told_count - shown);
  if (are_arguments_told) append(&line, shown ? " and the arguments" : "the arguments");
  append(&line, one ? " differs" : " differ");
  append(&line, " from the checkpoint's, and the application has read %s before it\n", one ? "it" : "them");
  print_line(&line);
}

/* Returns the value of the last line with this name, or NULL. equals is empty if the name ends with an equals sign. */
static const char *value_of(char *const *lines, int count, const char *name, const char *equals) {
  size_t length = text_length(name);
  const char *value = NULL;
  for (int i = 0; i < count; i++)
    if (text_starts(lines[i], name) && text_starts(lines[i] + length, equals)) value = lines[i] + length + text_length(equals);
  return value;
}

static const char *given(const struct plan_setting *setting) {
  const struct options *o = &self.options;
  const char *name = plan_string(&self.plan, setting->name);
  int variables = 0;
  while (self.environment[variables]) variables++;
  switch (setting->kind) {
    case PLAN_SETTING_VARIABLE: return value_of(self.environment, variables, name, "=");
    case PLAN_SETTING_PROPERTY: return value_of(o->properties, o->property_count, name, "=");
    default: return o->keep_arguments ? NULL : value_of(o->arguments, o->argument_count, name, "");
  }
}

static bool is_first(uint32_t index) {
  for (uint32_t i = 0; i < index; i++) {
    const struct plan_setting *other = &self.plan.settings[i];
    if (other->use == PLAN_SETTING_PORT && other->crc == self.plan.settings[index].crc && given(other)) return false;
  }
  return true;
}

void follow_ports(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_SETTINGS]; i++) {
    const struct plan_setting *setting = &self.plan.settings[i];
    const char *value = setting->use == PLAN_SETTING_PORT ? given(setting) : NULL;
    uint64_t port;
    if (!value || !parse_number(value, value + text_length(value), UINT16_MAX, &port) || port == setting->crc || !is_first(i))
      continue;
    const char *name = plan_string(&self.plan, setting->name);
    follow_port(&self.options, title(setting->kind, name, text_length(name)), (uint16_t)setting->crc, (uint16_t)port);
  }
}
