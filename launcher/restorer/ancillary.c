/* Sends messages with descriptors through Unix sockets. */
#include "ancillary.h"

#include <linux/uio.h>
#include <stddef.h>

#include "kernel_names.h"
#include "syscall.h"

/* The kernel's own headers have neither structure. */
struct message {
  void *name;
  int32_t name_length;
  struct iovec *pieces;
  uint64_t piece_count;
  void *control;
  uint64_t control_length;
  uint32_t flags;
};
struct control {
  uint64_t length;
  int32_t level, type;
  int32_t descriptors[ANCILLARY_MOST];
};
enum { RIGHTS = 1, NO_SIGNAL = 0x4000, CLOSE_ON_EXEC = 0x40000000 }; /* SCM_RIGHTS, MSG_NOSIGNAL, MSG_CMSG_CLOEXEC */

long send_descriptors(int socket, const void *bytes, uint64_t length, const int *descriptors, int count) {
  struct iovec piece = {(void *)(uintptr_t)bytes, length};
  struct control control = {offsetof(struct control, descriptors) + (uint64_t)count * sizeof(int32_t), SOL_SOCKET, RIGHTS, {0}};
  struct message message = {.pieces = &piece, .piece_count = 1};
  for (int i = 0; i < count; i++) control.descriptors[i] = descriptors[i];
  if (count) message.control = &control, message.control_length = (control.length + 7) & ~7ul;
  return sys(sendmsg, socket, &message, NO_SIGNAL);
}

long receive_descriptors(int socket, void *bytes, uint64_t length, int *descriptors, int *count) {
  struct iovec piece = {bytes, length};
  struct control control = {0};
  struct message message = {.pieces = &piece, .piece_count = 1, .control = &control, .control_length = sizeof control};
  int room = *count;
  *count = 0;
  long got = sys(recvmsg, socket, &message, CLOSE_ON_EXEC);
  if (got < 0 || message.control_length < offsetof(struct control, descriptors)) return got;
  if (control.level != SOL_SOCKET || control.type != RIGHTS) return got;
  int come = (int)((control.length - offsetof(struct control, descriptors)) / sizeof(int32_t));
  for (int i = 0; i < come; i++) {
    if (i < room) descriptors[(*count)++] = control.descriptors[i];
    else sys(close, control.descriptors[i]);
  }
  return got;
}

long identify_peer(int socket, struct peer *peer) {
  enum { PEER_CREDENTIALS = 17 }; /* SO_PEERCRED */
  uint32_t length = sizeof *peer;
  return sys(getsockopt, socket, SOL_SOCKET, PEER_CREDENTIALS, peer, &length);
}
