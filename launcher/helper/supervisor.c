/* Uses the kernel's seccomp listener: a call waits until the supervisor answers it, for example with a descriptor. criu itself
 * opens the files that it reads elsewhere (/proc, the process's own files). The files that it writes there may only have a few
 * names. */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "calls.h"
#include "processor_calls.h"
#include "vectors.h"

enum { PAGE = 4096 };

/* Is a message of one byte, with room for a descriptor. */
struct letter {
  char byte;
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  struct iovec data;
  struct msghdr message;
};

static void prepare(struct letter *letter) {
  *letter = (struct letter){.data = {&letter->byte, 1}};
  letter->message = (struct msghdr){
      .msg_iov = &letter->data, .msg_iovlen = 1, .msg_control = letter->control, .msg_controllen = sizeof letter->control};
}

static bool send_descriptor(int socket, int fd) {
  struct letter letter;
  prepare(&letter);
  struct cmsghdr *header = CMSG_FIRSTHDR(&letter.message);
  header->cmsg_len = CMSG_LEN(sizeof fd);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  return sendmsg(socket, &letter.message, MSG_NOSIGNAL) == 1;
}

bool receive_listener(struct supervisor *supervisor, int socket) {
  struct letter letter;
  prepare(&letter);
  if (recvmsg(socket, &letter.message, MSG_CMSG_CLOEXEC) != 1) return false;
  struct cmsghdr *header = CMSG_FIRSTHDR(&letter.message);
  if (!header || header->cmsg_len != CMSG_LEN(sizeof(int))) return false;
  if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return false;
  memcpy(&supervisor->listener, CMSG_DATA(header), sizeof(int));
  return true;
}

bool submit_to_supervisor(int socket) {
  int listener = confine_calls();
  return listener >= 0 && send_descriptor(socket, listener);
}

static bool is_known(const struct supervisor *supervisor, const char *name) {
  for (size_t i = 0; i < supervisor->count; i++)
    if (strcmp(supervisor->names[i], name) == 0) return true;
  return false;
}

static bool note(struct supervisor *supervisor, const char *name) {
  file_name *more = reallocarray(supervisor->names, supervisor->count + 1, sizeof *more);
  if (!more) return false;
  supervisor->names = more;
  snprintf(more[supervisor->count++], sizeof *more, "%s", name);
  return true;
}

/* Opens a file that criu has created. criu's caller may have put another file in its place. */
static int open_again(const struct supervisor *supervisor, const char *name, int flags) {
  struct stat file;
  int fd = openat(supervisor->images, name, (flags & ~(O_CREAT | O_EXCL)) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -errno;
  if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1) return fd;
  close(fd);
  return -EACCES;
}

/* The supervisor keeps the same open file, so that it can recognize it. */
static int open_folder(struct supervisor *supervisor) {
  if (supervisor->folder_count == SUPERVISED_FOLDERS) return -EMFILE;
  int fd = openat(supervisor->images, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    int error = errno;
    if (fd >= 0) close(fd);
    return -error;
  }
  supervisor->folders[supervisor->folder_count++] = copy;
  return fd;
}

int open_for_engine(struct supervisor *supervisor, const char *name, int flags, mode_t mode) {
  if (!strcmp(name, ".")) return open_folder(supervisor);
  if (*name == '\0' || strlen(name) > NAME_MAX || strchr(name, '/') || !strcmp(name, "..")) return -EACCES;
  if (is_known(supervisor, name)) return open_again(supervisor, name, flags);
  if (!(flags & O_CREAT)) return -ENOENT;
  if (!note(supervisor, name)) return -ENOMEM;
  int fd = openat(supervisor->images, name, flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0600);
  if (fd >= 0) return fd;
  supervisor->count--;
  return -errno;
}

/* Reads a string of criu's page by page, because it may end at the end of a mapping. */
static bool read_name(pid_t pid, uint64_t address, char *name, size_t room) {
  size_t length = 0;
  while (length < room) {
    size_t piece = PAGE - (address + length) % PAGE;
    struct iovec here = {name + length, piece < room - length ? piece : room - length};
    struct iovec there = {(void *)(uintptr_t)(address + length), here.iov_len}; /* NOLINT(performance-no-int-to-ptr) */
    ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);
    if (got <= 0) return false;
    if (memchr(here.iov_base, 0, (size_t)got)) return true;
    length += (size_t)got;
  }
  return false;
}

/* Returns 1 if a descriptor of criu's is one of those that it got for the folder, or a copy. Returns 0 if not, and -1 if the
 * kernel can't tell. */
static int is_folder(const struct supervisor *supervisor, pid_t pid, int fd) {
  for (size_t i = 0; i < supervisor->folder_count; i++) {
    long order = syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, supervisor->folders[i], fd);
    if (order == 0) return 1;
    if (order < 0 && errno != EBADF) return -1; /* for a closed one the call itself fails */
  }
  return 0;
}

/* Checks the name of a file outside of the folder. With the capability criu could write system settings that choose process
 * ids. */
bool may_write_elsewhere(const char *name) {
  return !strcmp(name, "/dev/null") || !strcmp(name, "clear_refs") || (!strncmp(name, "fd/", 3) && !strchr(name + 3, '/'));
}

struct call {
  int folder, flags;
  mode_t mode;
  char name[PATH_MAX];
};

/* Reads the arguments of openat. */
static bool read_call(pid_t pid, const __u64 arguments[4], struct call *call) {
  call->folder = (int)arguments[0];
  call->flags = (int)arguments[2];
  call->mode = (mode_t)arguments[3];
  return read_name(pid, arguments[1], call->name, sizeof call->name);
}

static void go_on(struct seccomp_notif_resp *response) {
  response->error = 0;
  response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

/* Allows the first exec, which starts criu. By a later one criu would run programs that look at firewalls, which a dump does not
 * need: it is refused. */
static void answer_exec(struct supervisor *supervisor, struct seccomp_notif_resp *response) {
  if (!supervisor->executed) go_on(response);
  supervisor->executed = true;
}

/* criu stops all threads before it creates its first file for the image, and changes registers only later. */
static bool would_lose_registers(struct supervisor *supervisor, const char *name) {
  const char *suffix = strrchr(name, '.');
  if (supervisor->process && !supervisor->has_looked && suffix && !strcmp(suffix, ".img")) {
    supervisor->has_looked = true;
    supervisor->losing = find_losing_thread(supervisor->process, supervisor->proc);
  }
  return supervisor->losing != 0;
}

static void answer_open(struct supervisor *supervisor, const struct seccomp_notif *notification, const __u64 arguments[4],
                        struct seccomp_notif_resp *response) {
  struct call call;
  pid_t pid = (pid_t)notification->pid;
  if (!read_call(pid, arguments, &call)) return;
  /* Relative names are relative to criu's working directory, which is the folder. */
  int ours = *call.name == '/' ? 0 : call.folder == AT_FDCWD ? 1 : is_folder(supervisor, pid, call.folder);
  if (ours < 0 || ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &notification->id) != 0) return;
  if (!ours) {
    if (!(call.flags & (O_ACCMODE | O_CREAT | O_TRUNC)) || may_write_elsewhere(call.name)) go_on(response);
    return;
  }
  if (would_lose_registers(supervisor, call.name)) return;
  int fd = open_for_engine(supervisor, call.name, call.flags, call.mode);
  if (fd < 0) {
    response->error = fd;
    return;
  }
  struct seccomp_notif_addfd given = {
      .id = notification->id, .srcfd = (uint32_t)fd, .newfd_flags = (uint32_t)(call.flags & O_CLOEXEC)};
  int number = ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &given);
  if (number >= 0) {
    response->error = 0;
    response->val = number;
  }
  close(fd);
}

static void answer(struct supervisor *supervisor, const struct seccomp_notif *notification, struct seccomp_notif_resp *response) {
  __u64 arguments[4];
  if (notification->data.nr == SYS_execve) answer_exec(supervisor, response);
  else if (read_openat(&notification->data, arguments)) answer_open(supervisor, notification, arguments, response);
  else if (supervisor->refused_call < 0) supervisor->refused_call = notification->data.nr;
}

void answer_call(struct supervisor *supervisor) {
  struct seccomp_notif notification = {0};
  struct seccomp_notif_resp response;
  if (ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_RECV, &notification) != 0) return; /* criu has ended meanwhile */
  response = (struct seccomp_notif_resp){.id = notification.id, .error = -EACCES};
  answer(supervisor, &notification, &response);
  ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void remove_files(struct supervisor *supervisor) {
  for (size_t i = 0; i < supervisor->count; i++) unlinkat(supervisor->images, supervisor->names[i], 0);
  supervisor->count = 0;
}

void end_supervisor(struct supervisor *supervisor) {
  if (supervisor->listener >= 0) close(supervisor->listener);
  while (supervisor->folder_count) close(supervisor->folders[--supervisor->folder_count]);
  free(supervisor->names);
}
