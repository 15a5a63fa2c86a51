/* Reads the command line strictly: everything in it comes from a caller who gains a capability by running the helper. */
#include "arguments.h"

#include <limits.h>
#include <string.h>

enum {
  HIGHEST_PID = 4194304,        /* PID_MAX_LIMIT of 64-bit kernels */
  HIGHEST_DESCRIPTOR = 1048576, /* the default of the sysctl fs.nr_open */
  HIGHEST_TIME_LIMIT = 3600
};

const char usage_text[] =
    "usage: crjvm-helper --pid PID --images DIR --report FD [--time-limit SECONDS]\n"
    "       crjvm-helper --check | --version | --help\n"
    "\n"
    "Dumps the caller's own JVM with criu. The crjvm agent runs it.\n"
    "\n"
    "  --pid PID             the JVM: it has to belong to the caller\n"
    "  --images DIR          an empty folder of the caller, as an absolute path\n"
    "  --report FD           a pipe of the JVM, which gets the outcome:\n"
    "                        \"D ok\" or \"D error: CAUSE\"\n"
    "  --time-limit SECONDS  how long the dump may take (1 to 3600, default 60)\n"
    "  --check               say what would keep the caller from making images;\n"
    "                        status 0: nothing, 1: each line names an obstacle\n";

/* Reads decimal digits only: strtol would accept blanks, signs and values that wrap around. */
static bool parse_number(const char *text, int lowest, int highest, int *value) {
  int number = 0;
  if (*text == '\0') return false;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    number = number * 10 + (*text - '0');
    if (number > highest) return false;
  }
  *value = number;
  return number >= lowest;
}

static bool parse_images(const char *text, const char **value) {
  if (text[0] != '/' || strlen(text) >= PATH_MAX) return false;
  *value = text;
  return true;
}

static bool parse_value(const char *option, const char *text, struct arguments *arguments) {
  if (strcmp(option, "--pid") == 0) return parse_number(text, 1, HIGHEST_PID, &arguments->pid);
  if (strcmp(option, "--report") == 0) return parse_number(text, 0, HIGHEST_DESCRIPTOR, &arguments->report);
  if (strcmp(option, "--time-limit") == 0) return parse_number(text, 1, HIGHEST_TIME_LIMIT, &arguments->time_limit);
  return parse_images(text, &arguments->images);
}

static bool parse_lone_option(const char *option, struct arguments *arguments) {
  if (strcmp(option, "--check") == 0) arguments->action = ACTION_CHECK;
  else if (strcmp(option, "--version") == 0) arguments->action = ACTION_VERSION;
  else if (strcmp(option, "--help") == 0) arguments->action = ACTION_HELP;
  else return false;
  return true;
}

/* The index of an option in this list is its bit in the set of the options that were given. */
static const char *const options[] = {"--pid", "--images", "--report", "--time-limit"};
enum { OPTION_COUNT = 4, REQUIRED_OPTIONS = 7 };

static int find_option(const char *text) {
  for (int i = 0; i < OPTION_COUNT; i++)
    if (strcmp(text, options[i]) == 0) return i;
  return -1;
}

static bool refuse_option(struct reason *why, const char *problem, const char *text) {
  char printable[128];
  copy_printable(printable, sizeof printable, text, strlen(text));
  set_reason(why, "%s: \"%s\"; see crjvm-helper --help", problem, printable);
  return false;
}

bool parse_arguments(int argc, char *const argv[], struct arguments *arguments, struct reason *why) {
  unsigned given = 0;
  *arguments = (struct arguments){.action = ACTION_DUMP, .report = -1, .time_limit = DEFAULT_TIME_LIMIT};
  if (argc == 2 && parse_lone_option(argv[1], arguments)) return true;
  for (int i = 1; i < argc; i += 2) {
    int option = find_option(argv[i]);
    if (option < 0) return refuse_option(why, "unknown or misplaced option", argv[i]);
    if (i + 1 >= argc) return refuse_option(why, "option without a value", argv[i]);
    if (given & 1U << option) return refuse_option(why, "option given twice", argv[i]);
    if (!parse_value(argv[i], argv[i + 1], arguments)) return refuse_option(why, "not a valid value", argv[i + 1]);
    given |= 1U << option;
  }
  for (int i = 0; i < OPTION_COUNT; i++)
    if (REQUIRED_OPTIONS & 1U << i && !(given & 1U << i)) return refuse_option(why, "missing option", options[i]);
  return true;
}
