/* crjvm-transfer: sends images to registries and gets them, without a JVM. It does the usual things. For everything else, and after every failure, it
 * becomes the Java client, which can do all of it and explains what is wrong. */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "give_up.h"
#include "http.h"
#include "pull.h"
#include "push.h"
#include "settings.h"
#include "settle.h"
#include "target.h"

static _Noreturn void end_usage(void) {
  fputs(
      "usage: crjvm-transfer --works\n       crjvm-transfer --settle ENTRY\n       crjvm-transfer --clear ENTRY\n"
      "       crjvm-transfer --exchange PATH PATH\n       crjvm-transfer LAUNCHER pull|push ARGUMENTS\n",
      stderr);
  exit(125);
}

#define BASE "--base"

struct options {
  const char *words[2];
  const char *keys, *base;
  bool any, store, start, plain_http, verbose;
};

/* Reads the options of crjvm pull, or of crjvm push, which has fewer. Gives up at what it does not know. */
static struct options read_options(char **arguments, bool is_pull) {
  const char *keys = getenv("CRJVM_REQUIRE_SIGNATURE");
  struct options options = {.keys = keys && *keys ? keys : NULL};
  static const char KEYS[] = "--require-signature";
  size_t count = 0, length;
  for (; *arguments; arguments++) {
    char *word = *arguments;
    if (!strcmp(word, "--plain-http")) options.plain_http = true;
    else if (!strcmp(word, "--verbose")) options.verbose = true;
    else if (is_pull && !strcmp(word, "--any")) options.any = true;
    else if (is_pull && !strcmp(word, "--store")) options.store = true;
    else if (is_pull && !strcmp(word, "--start")) options.start = true;
    else if (is_pull && !strcmp(word, KEYS) && arguments[1] && *arguments[1]) options.keys = *++arguments;
    else if (is_pull && !strncmp(word, KEYS, sizeof KEYS - 1) && word[sizeof KEYS - 1] == '=' && word[sizeof KEYS])
      options.keys = word + sizeof KEYS;
    else if (!is_pull && !strcmp(word, BASE) && arguments[1]) options.base = *++arguments;
    else if (!is_pull && !strncmp(word, BASE "=", sizeof BASE)) options.base = word + sizeof BASE;
    else if (*word == '-' || count == 2 || !*word) give_up("an argument is left to the Java client");
    else options.words[count++] = word;
  }
  if (count != 2) give_up("an argument is missing");
  length = strlen(options.words[is_pull]);
  if (length > 1 && options.words[is_pull][length - 1] == '/') give_up("the path ends with a slash");
  return options;
}

int main(int argc, char **argv) {
  if (argc == 2 && !strcmp(argv[1], "--works")) return http_works() ? 0 : 1;
  if (argc < 3) end_usage();
  if (argc == 3 && !strcmp(argv[1], "--settle")) settle_image(argv[2]);
  if (argc == 3 && !strcmp(argv[1], "--clear")) return clear_partials(argv[2]), 0;
  if (argc == 4 && !strcmp(argv[1], "--exchange")) return exchange_names(AT_FDCWD, argv[2], AT_FDCWD, argv[3]) ? 0 : 1;
  const char *wanted = getenv("CRJVM_TRANSFER");
  bool is_pull = !strcmp(argv[2], "pull");
  set_java_client(wanted && !strcmp(wanted, "native") ? NULL : argv + 1);
  if (!is_pull && strcmp(argv[2], "push")) end_usage();
  struct options options = read_options(argv + 3, is_pull);
  check_settings();
  /* libcrypto reads neither a configuration file nor a module that one names. */
  if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL)) give_up("libcrypto does not work");
  start_http();
  if (is_pull)
    pull_image(&(struct pull_options){.place = options.words[0],
                                      .image = options.words[1],
                                      .keys = options.keys,
                                      .any = options.any,
                                      .store = options.store,
                                      .start = options.start,
                                      .plain_http = options.plain_http,
                                      .verbose = options.verbose});
  else
    push_image(&(struct push_options){.image = options.words[0],
                                      .place = options.words[1],
                                      .base = options.base,
                                      .plain_http = options.plain_http,
                                      .verbose = options.verbose});
  fflush(stdout);
  /* The workers still wait. */
  _exit(ferror(stdout) ? 1 : 0);
}
