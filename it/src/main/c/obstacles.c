/* The JNI library of ObjectApplication for actions of a process that prevent its dump, and for their reversal. */
#define _GNU_SOURCE /* It has to come before the first system header. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "objects.h"

/* A thread that has confined itself, as sandboxes in libraries do. It does one task at a time and reports the result. */
static struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  enum { NOTHING, SAY_ID, LOOK, END } wanted;
  int answer;
} confined = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NOTHING, 0};

static int install_filter(void) {
  struct sock_filter instructions[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog program = {1, instructions};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
    return -errno;
  return 0;
}

static void *live_confined(void *unused) {
  int failure = install_filter();
  bool ends = false;
  (void)unused;
  pthread_mutex_lock(&confined.lock);
  while (!ends) {
    while (confined.wanted == NOTHING) pthread_cond_wait(&confined.changed, &confined.lock);
    if (confined.wanted == SAY_ID) confined.answer = failure != 0 ? failure : (int)syscall(SYS_gettid);
    else confined.answer = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    ends = confined.wanted == END;
    confined.wanted = NOTHING;
    pthread_cond_broadcast(&confined.changed);
  }
  pthread_mutex_unlock(&confined.lock);
  return NULL;
}

static int ask_confined(int wanted) {
  int answer;
  pthread_mutex_lock(&confined.lock);
  confined.wanted = wanted;
  pthread_cond_broadcast(&confined.changed);
  while (confined.wanted != NOTHING) pthread_cond_wait(&confined.changed, &confined.lock);
  answer = confined.answer;
  pthread_mutex_unlock(&confined.lock);
  return answer;
}

static pthread_t confined_thread;

/* Returns the thread's id. */
static int make_filter(const char *folder) {
  sigset_t all, before;
  int id;
  (void)folder;
  /* The JVM's signals are for the JVM's own threads. */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  errno = pthread_create(&confined_thread, NULL, live_confined, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (errno != 0) return -1;
  id = ask_confined(SAY_ID);
  if (id < 0) errno = -id;
  return id < 0 ? -1 : id;
}

/* Checks whether the thread lives, and how it is confined. */
static const char *check_filter(void) {
  switch (ask_confined(LOOK)) {
    case 0: return "free";
    case SECCOMP_MODE_FILTER: return "confined";
    default: return "unknown";
  }
}

static void drop_filter(int id) {
  (void)id;
  ask_confined(END);
  pthread_join(confined_thread, NULL);
}

static int make_undumpable(const char *folder) {
  (void)folder;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void drop_undumpable(int unused) {
  (void)unused;
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

const struct object obstacles[] = {
    {"filter", make_filter, check_filter, drop_filter},
    {"undumpable", make_undumpable, NULL, drop_undumpable},
    {NULL, NULL, NULL, NULL},
};
