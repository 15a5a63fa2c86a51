/* The command line. */
#include "options.h"

static bool parse_listen(struct options *options, const char *value, struct text *why) {
  uint64_t from, to;
  const char *equals = text_find(value, '=');
  if (!equals || !parse_number(value, equals, 65535, &from) ||
      !parse_number(equals + 1, equals + text_length(equals), 65535, &to) || !from || !to) {
    append(why, "--listen takes OLD=NEW, two port numbers, not \"%s\"", value);
    return false;
  }
  if (options->listen_count == OPTION_LISTENS) {
    append(why, "too many --listen");
    return false;
  }
  options->listens[options->listen_count].as_given = value;
  options->listens[options->listen_count].from = (uint16_t)from;
  options->listens[options->listen_count++].to = (uint16_t)to;
  return true;
}

static bool *find_switch(struct options *options, const char *argument) {
  if (text_equal(argument, "--verbose")) return &options->verbose;
  if (text_equal(argument, "--keep-arguments")) return &options->keep_arguments;
  if (text_equal(argument, "--check")) return &options->check;
  if (text_equal(argument, "--version")) return &options->version;
  return NULL;
}

/* One option that takes a value; false with an empty why: it is no such option. */
static bool parse_valued(struct options *options, const char *argument, const char *value, struct text *why) {
  bool image = text_equal(argument, "--image"), listen = text_equal(argument, "--listen"),
       fallback = text_equal(argument, "--fallback");
  if (!image && !listen && !fallback) return false;
  if (!value || !*value) {
    append(why, "%s needs a value", argument);
    return false;
  }
  if (listen) return parse_listen(options, value, why);
  if (image) options->image = value;
  if (fallback) options->fallback = value;
  return true;
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
  if (!options->image && !options->version) append(why, "--image DIR is missing");
  return !why->length;
}

uint16_t listen_port(const struct options *options, uint16_t port) {
  for (int i = 0; i < options->listen_count; i++)
    if (options->listens[i].from == port) return options->listens[i].to;
  return port;
}
