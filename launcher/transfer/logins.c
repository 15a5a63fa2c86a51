/* Finds the login that podman login or docker login has written, in the files of class Login. */
#include "logins.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "give_up.h"
#include "text.h"

static const char *read_variable(const char *name) {
  const char *value = getenv(name);
  return value && *value ? value : NULL;
}

/* A part of the file that names helpers may be empty. */
static bool names_helper(const json_t *logins) {
  const json_t *store = json_object_get(logins, "credsStore"), *helpers = json_object_get(logins, "credHelpers");
  return (store && strcmp(json_is_string(store) ? json_string_value(store) : "?", "")) || (helpers && json_object_size(helpers));
}

static char *read_entry(const json_t *entry) {
  const char *login = json_string_value(json_object_get(entry, "auth"));
  const char *token = json_string_value(json_object_get(entry, "identitytoken"));
  static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  if (!login || token || strlen(login) < 4 || strspn(login, LETTERS) != strlen(login)) give_up("a login has another form");
  return print_text("%s", login);
}

static char *find_in(const char *file, const char *host) {
  json_error_t error;
  struct stat status;
  char *found = NULL;
  if (stat(file, &status) && errno == ENOENT) return NULL;
  json_t *logins = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
  if (!json_is_object(logins) || names_helper(logins)) give_up("the logins are not only in the file");
  json_t *all = json_object_get(logins, "auths");
  if (all && !json_is_object(all)) give_up("the logins have another form");
  const char *key;
  json_t *entry;
  json_object_foreach(all, key, entry) {
    if (!strcmp(key, host)) found = read_entry(entry);
    else if (strstr(key, host)) give_up("a login has a longer name than the host");
  }
  json_decref(logins);
  return found;
}

static char *find_below(const char *variable, const char *fallback, const char *name, const char *host) {
  const char *folder = read_variable(variable), *home = read_variable("HOME");
  if (!folder && !home) give_up("there is no $HOME");
  char *file = folder ? print_text("%s/%s", folder, name) : print_text("%s/%s/%s", home, fallback, name);
  char *found = find_in(file, host);
  free(file);
  return found;
}

char *find_login(const char *host) {
  const char *only = read_variable("REGISTRY_AUTH_FILE"), *session = read_variable("XDG_RUNTIME_DIR");
  if (only) return find_in(only, host);
  char *file = session ? print_text("%s/containers/auth.json", session) : print_text("/run/containers/%u/auth.json", geteuid());
  char *found = find_in(file, host);
  free(file);
  if (!found) found = find_below("XDG_CONFIG_HOME", ".config", "containers/auth.json", host);
  if (!found) found = find_below("DOCKER_CONFIG", ".docker", "config.json", host);
  return found;
}
