/* Parses the command line. */
#include "options.h"

/* Parses [tcp:|udp:][ADDRESS:]OLD=[ADDRESS:]NEW. Without a transport it applies to both. */
static bool parse_listen(struct options *options, const char *value, struct text *why) {
  const char *equals = text_find(value, '='), *from = value;
  struct listen *listen = &options->listens[options->listen_count];
  bool tcp = text_starts(value, "tcp:"), udp = text_starts(value, "udp:");
  if (options->listen_count == OPTION_LISTENS) {
    append(why, "too many --listen");
    return false;
  }
  if (tcp || udp) from += 4;
  listen->as_given = value;
  listen->transports[TRANSPORT_TCP] = !udp;
  listen->transports[TRANSPORT_UDP] = !tcp;
  if (!equals || equals < from || !parse_endpoint(from, equals, &listen->from) || !listen->from.port ||
      !parse_endpoint(equals + 1, equals + text_length(equals), &listen->to)) {
    append(why, "--listen takes OLD=NEW, each a port or ADDRESS:PORT, not \"%s\"", value);
    return false;
  }
  options->listen_count++;
  return true;
}

static bool parse_map(struct options *options, const char *value, struct text *why) {
  const char *equals = text_find(value, '=');
  struct path_map *map = &options->maps[options->map_count];
  if (options->map_count == OPTION_MAPS) {
    append(why, "too many --map");
    return false;
  }
  if (!equals || *value != '/' || equals[1] != '/') {
    append(why, "--map takes OLD=NEW, two absolute paths, not \"%s\"", value);
    return false;
  }
  map->from = value;
  map->to = equals + 1;
  map->from_length = (size_t)(equals - value);
  while (map->from_length > 1 && value[map->from_length - 1] == '/') map->from_length--;
  options->map_count++;
  return true;
}

static bool parse_vm_option(struct options *options, char *value, struct text *why) {
  if (options->vm_option_count == OPTION_VM_OPTIONS) {
    append(why, "too many --vm-option");
    return false;
  }
  if (*value == '=' || !text_find(value, '=')) {
    append(why, "--vm-option takes Name=Value, not \"%s\"", value);
    return false;
  }
  options->vm_options[options->vm_option_count++] = value;
  return true;
}

static bool parse_pattern(struct patterns *patterns, const char *value, struct text *why) {
  if (patterns->count == OPTION_PATTERNS) {
    append(why, "too many --match-environment or --match-property");
    return false;
  }
  patterns->all[patterns->count++] = value;
  return true;
}

static bool parse_time_limit(struct options *options, const char *value, struct text *why) {
  enum { HIGHEST = 3600 };
  if (parse_number(value, value + text_length(value), HIGHEST, &options->time_limit) && options->time_limit) return true;
  append(why, "--time-limit takes seconds, 1 to 3600, not \"%s\"", value);
  return false;
}

static bool parse_after(struct options *options, const char *value, struct text *why) {
  enum { HIGHEST = 3600 };
  if (parse_number(value, value + text_length(value), HIGHEST, &options->after)) return true;
  append(why, "--after takes seconds, 0 to 3600, not \"%s\"", value);
  return false;
}

static bool parse_arguments(struct options *options, const char *value, struct text *why) {
  options->has_arguments = true;
  if (parse_number(value, value + text_length(value), INT32_MAX, &options->arguments_of_command)) return true;
  append(why, "--arguments takes a number, not \"%s\"", value);
  return false;
}

static bool *find_switch(struct options *options, const char *argument) {
  if (text_equal(argument, "--verbose")) return &options->verbose;
  if (text_equal(argument, "--keep-arguments")) return &options->keep_arguments;
  if (text_equal(argument, "--verified")) return &options->verified;
  if (text_equal(argument, "--pid=same")) return &options->same_pid;
  if (text_equal(argument, "--cold")) return &options->cold;
  if (text_equal(argument, "--park")) return &options->park;
  if (text_equal(argument, "--no-parked")) return &options->no_parked;
  if (text_equal(argument, "--await-connection")) return &options->await_connection;
  if (text_equal(argument, "--command")) return &options->has_command;
  if (text_equal(argument, "--check")) return &options->check;
  if (text_equal(argument, "--check-place")) return &options->check_place;
  if (text_equal(argument, "--version")) return &options->version;
  if (text_equal(argument, "--processor")) return &options->processor;
  if (text_equal(argument, "--limit-features")) return &options->limit_features;
  return NULL;
}

/* Parses an option that takes a value. Returns false with an empty why if the argument is not such an option. */
static bool parse_valued(struct options *options, const char *argument, char *value, struct text *why) {
  const struct {
    const char *name, **place;
  } plain[] = {{"--image", &options->image},
               {"--fallback", &options->fallback},
               {"--port-file", &options->port_file},
               {"--reason-file", &options->reason_file},
               {"--report", &options->report}};
  const char **place = NULL;
  bool listen = text_equal(argument, "--listen"), map = text_equal(argument, "--map"), vm = text_equal(argument, "--vm-option");
  bool environment = text_equal(argument, "--match-environment"), property = text_equal(argument, "--match-property");
  bool limit = text_equal(argument, "--time-limit"), arguments = text_equal(argument, "--arguments");
  bool after = text_equal(argument, "--after");
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (text_equal(argument, plain[i].name)) place = plain[i].place;
  if (!place && !listen && !map && !vm && !limit && !after && !arguments && !environment && !property) return false;
  if (!value || !*value) {
    append(why, "%s needs a value", argument);
    return false;
  }
  if (listen) return parse_listen(options, value, why);
  if (map) return parse_map(options, value, why);
  if (vm) return parse_vm_option(options, value, why);
  if (environment) return parse_pattern(&options->match_environment, value, why);
  if (property) return parse_pattern(&options->match_property, value, why);
  if (place == &options->report && !text_equal(value, "json") && !(text_starts(value, "json:") && value[5])) {
    append(why, "--report takes json or json:FILE, not \"%s\"", value);
    return false;
  }
  if (limit) return parse_time_limit(options, value, why);
  if (after) return parse_after(options, value, why);
  if (arguments) return parse_arguments(options, value, why);
  if (place) *place = value;
  return true;
}

/* Makes the words behind "--" the command. With --arguments, the last ones are the application's arguments. */
static void take_command(struct options *options, struct text *why) {
  int words = options->argument_count, count = (int)options->arguments_of_command;
  if (!words && !why->length) append(why, "--command needs one after \"--\"");
  if (count >= words && !why->length) append(why, "--arguments is more than the command has");
  if (why->length) return;
  options->command = options->arguments;
  options->arguments += words - count;
  options->argument_count = count;
  options->keep_arguments = !options->has_arguments;
}

bool parse_options(struct options *options, int argc, char **argv, char **slots, struct text *why) {
  int i = 1;
  options->properties = slots;
  for (; i < argc && argv[i][0] == '-'; i++) {
    bool *flag = find_switch(options, argv[i]);
    if (text_equal(argv[i], "--")) {
      i++;
      break;
    }
    if (flag) {
      *flag = true;
    } else if (text_starts(argv[i], "-D") && argv[i][2] && argv[i][2] != '=') {
      slots[options->property_count++] = argv[i] + 2;
    } else if (parse_valued(options, argv[i], i + 1 < argc ? argv[i + 1] : NULL, why)) {
      i++;
    } else {
      if (!why->length) append(why, "unknown option \"%s\"", argv[i]);
      return false;
    }
  }
  options->arguments = argv + i;
  options->argument_count = i < argc ? argc - i : 0;
  if (!options->image && !options->version && !options->processor && !options->limit_features)
    append(why, "--image DIR is missing");
  if (options->has_command) take_command(options, why);
  return !why->length;
}

void follow_port(struct options *options, const char *setting, uint16_t from, uint16_t to) {
  struct listen *listen = &options->listens[options->listen_count];
  for (int i = 0; i < options->listen_count; i++)
    if (options->listens[i].transports[TRANSPORT_TCP] && options->listens[i].from.port == from) return;
  if (options->listen_count == OPTION_LISTENS) return;
  *listen = (struct listen){.as_given = setting, .follows = true, .transports = {[TRANSPORT_TCP] = true}};
  listen->from = (struct endpoint){.any = true, .port = from};
  listen->to = (struct endpoint){.any = true, .port = to};
  options->listen_count++;
}

struct listen *find_listen(struct options *options, const struct endpoint *at, enum transport transport) {
  for (int i = 0; i < options->listen_count; i++) {
    struct listen *listen = &options->listens[i];
    if (listen->transports[transport] && same_endpoint(&listen->from, at)) return listen;
  }
  return NULL;
}

const struct path_map *find_map(const struct options *options, const char *path) {
  const struct path_map *best = NULL;
  for (int i = 0; i < options->map_count; i++) {
    const struct path_map *map = &options->maps[i];
    size_t n = 0;
    while (n < map->from_length && path[n] == map->from[n]) n++;
    bool below = n == map->from_length && (!path[n] || path[n] == '/' || map->from[n - 1] == '/');
    if (below && (!best || n > best->from_length)) best = map;
  }
  return best;
}

static int add_ascending(int *numbers, int count, int room, int number) {
  int at = 0;
  while (at < count && numbers[at] < number) at++;
  if ((at < count && numbers[at] == number) || count == room) return count;
  for (int i = count; i > at; i--) numbers[i] = numbers[i - 1];
  numbers[at] = number;
  return count + 1;
}

int find_named_descriptors(const struct options *options, int *into, int room) {
  static const char *const FOLDERS[] = {"/dev/fd/", "/proc/self/fd/"};
  int count = 0;
  for (int i = 0; i < options->argument_count; i++) {
    for (const char *at = options->arguments[i]; (at = text_find(at, '/')); at++) {
      for (size_t k = 0; k < sizeof FOLDERS / sizeof *FOLDERS; k++) {
        if (!text_starts(at, FOLDERS[k])) continue;
        const char *digits = at + text_length(FOLDERS[k]), *end = digits;
        uint64_t number;
        while (*end >= '0' && *end <= '9') end++;
        if (parse_number(digits, end, INT32_MAX - 1, &number) && number > 2)
          count = add_ascending(into, count, room, (int)number);
      }
    }
  }
  return count;
}
