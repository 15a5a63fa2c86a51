/* Tests criu's arguments, its folder, its log, and the capability. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capability.h"
#include "check.h"
#include "engine.h"
#include "images.h"
#include "obstacles.h"

static struct reason why;

static bool contains(const char *const *vector, const char *text) {
  for (; *vector != NULL; vector++)
    if (strcmp(*vector, text) == 0) return true;
  return false;
}

static void theArgumentVectorIsFixedButForPidAndFolder(void) {
  static struct target target = {.pid = 4194304, .folder = "/with space --exec-cmd"};
  const char *vector[ENGINE_ARGUMENTS_MAX];
  char pid[PID_TEXT_MAX];
  int n = 0;
  build_arguments(&target, pid, vector);
  while (vector[n] != NULL) n++;
  EXPECT(n < ENGINE_ARGUMENTS_MAX && strcmp(vector[n - 1], "4194304") == 0);
  EXPECT(contains(vector, "--no-default-config") && contains(vector, "--unprivileged") && contains(vector, "--leave-running"));
  EXPECT(contains(vector, target.folder) && !contains(vector, "--exec-cmd") && !contains(vector, "--action-script"));
  target.folder[0] = '\0';
  build_arguments(&target, pid, vector);
  EXPECT(!contains(vector, "--irmap-scan-path"));
}

static void theFirstErrorOfTheLogIsItsCause(void) {
  EXPECT(find_error_line("Warn  (criu/a.c:1): w\nError (criu/sk-inet.c:200): inet: Connected\nError (criu/b.c:2): later\n",
                         &why));
  EXPECT(strcmp(why.text, "inet: Connected") == 0);
  EXPECT(find_error_line("(00.1) Error (criu/a.c:1): cut off", &why));
  EXPECT(strcmp(why.text, "cut off") == 0);
  EXPECT(!find_error_line("", &why));
  EXPECT(!find_error_line("Warn  (criu/a.c:1): w\n", &why));
  EXPECT(find_error_line("Error (", &why));
  EXPECT(find_error_line("Error (): \033[31mred\n", &why));
  EXPECT(strchr(why.text, '\033') == NULL);
}

static void whatCriuSaysIsExplained(void) {
  EXPECT(find_error_line("Error (criu/fsnotify.c:284): fsnotify: \tCan't dump that handle\n", &why));
  EXPECT(strstr(why.text, "fsnotify:  Can't dump that handle (a WatchService watches") == why.text);
}

static void aLongErrorIsCut(void) {
  static char log[100000] = "Error (criu/a.c:1): ";
  memset(log + strlen(log), 'x', 90000);
  EXPECT(find_error_line(log, &why));
  EXPECT(strlen(why.text) < 400);
}

static void write_file(const char *path, const char *text) {
  int file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
  EXPECT(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) && close(file) == 0);
}

static void whatCriuSaysBeforeItsLogIsTheCause(void) {
  char folder[] = "/tmp/crjvm-test-XXXXXX", log[64];
  int images;
  EXPECT(mkdtemp(folder) != NULL && (images = open_images(folder, &why)) >= 0);
  snprintf(log, sizeof log, "%s/engine.log", folder);
  EXPECT(!find_engine_output(images, &why));
  write_file(log, "");
  EXPECT(!find_engine_output(images, &why));
  write_file(log, "crjvm: cannot raise cap_checkpoint_restore: no\nmore\n");
  EXPECT(find_engine_output(images, &why) && strcmp(why.text, "cannot raise cap_checkpoint_restore: no") == 0);
  write_file(log, "criu: \033[31mno library");
  EXPECT(find_engine_output(images, &why) && strcmp(why.text, "criu: ?[31mno library") == 0);
  EXPECT(unlink(log) == 0 && close(images) == 0 && rmdir(folder) == 0);
}

static void onlyAnEmptyFolderOfOnesOwnIsTaken(void) {
  char folder[] = "/tmp/crjvm-test-XXXXXX", link[64], file[64];
  int images;
  EXPECT(mkdtemp(folder) != NULL);
  snprintf(link, sizeof link, "%s.link", folder);
  snprintf(file, sizeof file, "%s/inventory.img", folder);
  images = open_images(folder, &why);
  EXPECT(images >= 0 && !has_result(images) && !find_engine_error(images, &why));
  EXPECT(symlink(folder, link) == 0 && open_images(link, &why) < 0);
  EXPECT(chmod(folder, 0770) == 0 && open_images(folder, &why) < 0 && strstr(why.text, "others") != NULL);
  EXPECT(chmod(folder, 0700) == 0 && close(open(file, O_CREAT | O_WRONLY, 0600)) == 0);
  EXPECT(open_images(folder, &why) < 0 && strstr(why.text, "not empty") != NULL);
  EXPECT(!has_result(images)); /* pstree.img is missing */
  EXPECT(open_images(file, &why) < 0);
  EXPECT(open_images("/nonexistent/folder", &why) < 0);
  unlink(file);
  unlink(link);
  rmdir(folder);
  close(images);
}

static void capabilitiesAreDroppedForGood(void) {
  struct capability_sets sets;
  EXPECT(drop_capabilities());
  EXPECT(read_capabilities(&sets) && sets.permitted == 0 && sets.effective == 0);
  EXPECT(!raise_for_exec(CHECKPOINT_RESTORE_BIT));
}

static void aUserNamespaceIsKnownByItsMap(void) {
  EXPECT(maps_all_users("         0          0 4294967295\n"));
  EXPECT(!maps_all_users("         0       1001          1\n"));
  EXPECT(!maps_all_users(""));
}

int main(void) {
  RUN(theArgumentVectorIsFixedButForPidAndFolder);
  RUN(theFirstErrorOfTheLogIsItsCause);
  RUN(whatCriuSaysIsExplained);
  RUN(aLongErrorIsCut);
  RUN(whatCriuSaysBeforeItsLogIsTheCause);
  RUN(onlyAnEmptyFolderOfOnesOwnIsTaken);
  RUN(aUserNamespaceIsKnownByItsMap);
  RUN(capabilitiesAreDroppedForGood);
  return conclude("engine_test");
}
