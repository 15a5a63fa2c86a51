/* By the kernel's seccomp listener: a call waits until it is answered, with a descriptor for example. What criu opens elsewhere (/proc,
 * the process's own files) it opens itself: there no name is the caller's choice. */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PAGE = 4096 };
#define X32_BIT 0x40000000u

/* A message of one byte, with room for a descriptor. */
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
  static struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS), /* criu and what it starts are 64-bit programs */
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 3, 0), /* programs then do with openat */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_creat, 1, 2),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = {sizeof instructions / sizeof *instructions, instructions};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
  return listener >= 0 && send_descriptor(socket, listener);
}

static bool is_known(const struct supervisor *supervisor, const char *name) {
  for (size_t i = 0; i < supervisor->count; i++)
    if (strcmp(supervisor->names[i], name) == 0) return true;
  return false;
}

static bool note(struct supervisor *supervisor, const char *name) {
  char **more = reallocarray(supervisor->names, supervisor->count + 1, sizeof *more);
  char *copy = more ? strdup(name) : NULL;
  if (more) supervisor->names = more;
  if (!copy) return false;
  supervisor->names[supervisor->count++] = copy;
  return true;
}

/* What criu has made; its caller may have put something else under the name. */
static int open_again(const struct supervisor *supervisor, const char *name, int flags) {
  struct stat file;
  int fd = openat(supervisor->images, name, (flags & ~(O_CREAT | O_EXCL)) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return -errno;
  if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 1) return fd;
  close(fd);
  return -EACCES;
}

/* The same open file stays here, to know it again. */
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
  if (*name == '\0' || strchr(name, '/') || !strcmp(name, "..")) return -EACCES;
  if (is_known(supervisor, name)) return open_again(supervisor, name, flags);
  if (!(flags & O_CREAT)) return -ENOENT;
  if (!note(supervisor, name)) return -ENOMEM;
  int fd = openat(supervisor->images, name, flags | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 0600);
  if (fd >= 0) return fd;
  free(supervisor->names[--supervisor->count]);
  return -errno;
}

/* A string of criu's, page by page: it may end at the end of a mapping. */
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

/* Whether a descriptor of criu's is one of those that it was given for the folder, or a copy; < 0: it can't be told. */
static int is_folder(const struct supervisor *supervisor, pid_t pid, int fd) {
  for (size_t i = 0; i < supervisor->folder_count; i++) {
    long order = syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, supervisor->folders[i], fd);
    if (order == 0) return 1;
    if (order < 0 && errno != EBADF) return -1; /* of a closed one the call itself says so */
  }
  return 0;
}

struct call {
  int folder, flags;
  mode_t mode;
  char name[PATH_MAX];
};

static bool read_call(const struct seccomp_notif *request, struct call *call) {
  const __u64 *arguments = request->data.args;
  bool at = request->data.nr == SYS_openat, creat = request->data.nr == SYS_creat;
  call->folder = at ? (int)arguments[0] : AT_FDCWD;
  call->flags = creat ? O_CREAT | O_WRONLY | O_TRUNC : (int)arguments[1 + at];
  call->mode = (mode_t)arguments[creat ? 1 : 2 + at];
  return read_name((pid_t)request->pid, arguments[at], call->name, sizeof call->name);
}

static void answer(struct supervisor *supervisor, const struct seccomp_notif *request, struct seccomp_notif_resp *response) {
  struct call call;
  *response = (struct seccomp_notif_resp){.id = request->id, .error = -EACCES};
  if (!read_call(request, &call)) return;
  /* Everything relative is criu's working directory's, which is the folder. */
  int ours = *call.name == '/' ? 0 : call.folder == AT_FDCWD ? 1 : is_folder(supervisor, (pid_t)request->pid, call.folder);
  if (ours < 0 || ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request->id) != 0) return;
  if (!ours) {
    response->error = 0;
    response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    return;
  }
  int fd = open_for_engine(supervisor, call.name, call.flags, call.mode);
  if (fd < 0) {
    response->error = fd;
    return;
  }
  struct seccomp_notif_addfd given = {
      .id = request->id, .srcfd = (uint32_t)fd, .newfd_flags = (uint32_t)(call.flags & O_CLOEXEC)};
  int number = ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &given);
  if (number >= 0) {
    response->error = 0;
    response->val = number;
  }
  close(fd);
}

void answer_open(struct supervisor *supervisor) {
  struct seccomp_notif request = {0};
  struct seccomp_notif_resp response;
  if (ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) return; /* it has ended meanwhile */
  answer(supervisor, &request, &response);
  ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void end_supervisor(struct supervisor *supervisor) {
  if (supervisor->listener >= 0) close(supervisor->listener);
  while (supervisor->folder_count) close(supervisor->folders[--supervisor->folder_count]);
  while (supervisor->count) free(supervisor->names[--supervisor->count]);
  free(supervisor->names);
}
