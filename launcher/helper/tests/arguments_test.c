/* Tests the command line, above all with hostile arguments. */
#include <limits.h>

#include "arguments.h"
#include "check.h"

#define COUNT(array) ((int)(sizeof array / sizeof *array))

static struct arguments parsed;
static struct reason why;

static bool parse(int argc, const char *const *argv) {
  why.text[0] = '\0';
  return parse_arguments(argc, (char *const *)argv, &parsed, &why);
}

static bool parse_pid(const char *pid) {
  const char *argv[] = {"h", "--pid", pid, "--images", "/i", "--report", "5", NULL};
  return parse(COUNT(argv) - 1, argv);
}

static bool parse_limit(const char *limit) {
  const char *argv[] = {"h", "--pid", "7", "--images", "/i", "--report", "5", "--time-limit", limit, NULL};
  return parse(COUNT(argv) - 1, argv);
}

static bool parse_images(const char *images) {
  const char *argv[] = {"h", "--pid", "7", "--images", images, "--report", "5", NULL};
  return parse(COUNT(argv) - 1, argv);
}

static void aDumpIsReadInAnyOrder(void) {
  const char *argv[] = {"h", "--report", "5", "--time-limit", "9", "--images", "/a b", "--pid", "123", NULL};
  EXPECT(parse(COUNT(argv) - 1, argv));
  EXPECT(parsed.action == ACTION_DUMP && parsed.pid == 123 && parsed.report == 5 && parsed.time_limit == 9);
  EXPECT(strcmp(parsed.images, "/a b") == 0);
}

static void theTimeLimitHasADefault(void) {
  EXPECT(parse_pid("4194304"));
  EXPECT(parsed.pid == 4194304 && parsed.time_limit == DEFAULT_TIME_LIMIT);
}

static void loneOptionsStandAlone(void) {
  const char *check[] = {"h", "--check", NULL}, *version[] = {"h", "--version", NULL};
  const char *both[] = {"h", "--check", "--version", NULL}, *mixed[] = {"h", "--check", "--pid", "3", NULL};
  EXPECT(parse(2, check) && parsed.action == ACTION_CHECK);
  EXPECT(parse(2, version) && parsed.action == ACTION_VERSION);
  EXPECT(!parse(3, both));
  EXPECT(!parse(4, mixed));
}

static void numbersAreDigitsWithinTheirRange(void) {
  static const char *const bad[] = {"",
                                    " 7",
                                    "7 ",
                                    "+7",
                                    "-7",
                                    "0",
                                    "0x7",
                                    "7a",
                                    "4194305",
                                    "4294967303",
                                    "18446744073709551623",
                                    "99999999999999999999999999999999999999",
                                    "1\n2",
                                    "\xd9\xa7"};
  for (int i = 0; i < COUNT(bad); i++) EXPECT(!parse_pid(bad[i]));
  EXPECT(!parse_limit("0"));
  EXPECT(!parse_limit("3601"));
  EXPECT(parse_limit("3600"));
}

static void theFolderIsAnAbsolutePathOfTheKernelsLength(void) {
  static char longest[PATH_MAX + 1];
  EXPECT(!parse_images(""));
  EXPECT(!parse_images("relative"));
  EXPECT(!parse_images("../x"));
  memset(longest, 'a', sizeof longest - 1);
  longest[0] = '/';
  EXPECT(!parse_images(longest));
  longest[PATH_MAX - 1] = '\0';
  EXPECT(parse_images(longest));
}

static void missingRepeatedAndUnknownOptionsAreNamed(void) {
  const char *none[] = {"h", NULL}, *valueless[] = {"h", "--pid", NULL}, *unknown[] = {"h", "--exec-cmd", "x", NULL};
  const char *twice[] = {"h", "--pid", "3", "--pid", "4", NULL}, *joined[] = {"h", "--pid=3", "x", NULL};
  EXPECT(!parse(1, none) && strstr(why.text, "--pid") != NULL);
  EXPECT(!parse(0, none)); /* an exec with an empty argument vector */
  EXPECT(!parse(2, valueless) && strstr(why.text, "without a value") != NULL);
  EXPECT(!parse(3, unknown) && strstr(why.text, "--exec-cmd") != NULL);
  EXPECT(!parse(5, twice) && strstr(why.text, "twice") != NULL);
  EXPECT(!parse(3, joined));
}

static void messagesStayOneShortLine(void) {
  static char option[100000];
  const char *argv[] = {"h", option, "x", NULL};
  memset(option, '\n', sizeof option - 1);
  option[0] = '\033';
  EXPECT(!parse(3, argv));
  EXPECT(strlen(why.text) < 300 && strpbrk(why.text, "\n\033") == NULL);
}

int main(void) {
  RUN(aDumpIsReadInAnyOrder);
  RUN(theTimeLimitHasADefault);
  RUN(loneOptionsStandAlone);
  RUN(numbersAreDigitsWithinTheirRange);
  RUN(theFolderIsAnAbsolutePathOfTheKernelsLength);
  RUN(missingRepeatedAndUnknownOptionsAreNamed);
  RUN(messagesStayOneShortLine);
  return conclude("arguments_test");
}
