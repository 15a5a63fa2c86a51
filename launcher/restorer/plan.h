/* Defines the restore plan: the flat binary file that the compiler (module image/) writes and the restorer executes.
 *
 * docs/image-format.md explains every record. Class crjvm.image.plan.PlanWriter writes them. A change of any record changes
 * PLAN_VERSION: the restorer refuses every other version.
 *
 * Everything is little-endian and naturally aligned. A plan is one header and then sections (plan_sections.h): arrays of
 * fixed-size records. The parts that depend on a processor are in the folder of its name, and the header says which it is. Offsets of strings are relative to
 * the STRINGS section. Every string ends with a NUL byte. */
#ifndef CRJVM_PLAN_H
#define CRJVM_PLAN_H

#include <stdint.h>

#include "addresses.h"
#include "plan_processor.h"

#define PLAN_MAGIC "CRJVMPLN"
#define PLAN_VERSION 15u
#define PLAN_MAX_SIZE (64u << 20) /* bytes; a larger file is not a plan */
#define PLAN_NONE 0xffffffffu     /* means "no string" or "no object" */

enum plan_section_kind {
#define SECTION(name, array, record, words, limit) PLAN_##name,
#include "plan_sections.h"
#undef SECTION
  PLAN_SECTIONS
};

struct plan_section {
  uint32_t count;       /* records; bytes for STRINGS */
  uint32_t record_size; /* bytes of one record; 1 for STRINGS */
  uint64_t offset;      /* from the start of the file; a multiple of 8 */
};

/* The words of the memory layout for prctl(PR_SET_MM_MAP), in the order of struct prctl_mm_map. */
struct plan_layout {
  uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack, arg_start, arg_end, env_start, env_end;
};

struct plan_header {
  char magic[8];
  uint32_t version;
  uint32_t crc;         /* CRC-32C of everything after this field */
  uint64_t size;        /* bytes of the whole file */
  uint8_t image_id[16]; /* random; the same as in the manifest */
  uint64_t memory_size; /* bytes of the memory file */
  uint32_t machine;     /* as in ELF files: plan_machines.h */
  uint32_t page_size;   /* bytes */
  /* The number of bits in the addresses that the process could use. It depends on the processor, and on how its kernel was
   * built. */
  uint32_t address_bits;
  uint32_t reserved; /* 0 */
  struct plan_processor processor;
  uint64_t vdso_start; /* dumped vvar and vDSO, one span of addresses that no area uses */
  uint64_t vdso_end;
  uint64_t monotonic_sec; /* CLOCK_MONOTONIC at the dump, as the application saw it */
  uint64_t monotonic_nsec;
  uint64_t boottime_sec; /* CLOCK_BOOTTIME at the dump */
  uint64_t boottime_nsec;
  /* Nanoseconds by which the application's clock was ahead of the kernel's at the dump. They are 0 unless the dumped process had
   * been restored itself. */
  int64_t monotonic_offset;
  int64_t boottime_offset;
  uint64_t resume_offset; /* into the memory file: code in which threads finish reading the clock, see PLAN_RESUME */
  uint64_t resume_length; /* 0: no thread was reading it */
  uint64_t resume_lead;   /* bytes of zeroes that lie before it */
  uint64_t heap_start;    /* the addresses of the largest Java heap, most of them without an area; 0, 0: unknown */
  uint64_t heap_end;
  uint64_t descriptor_limit; /* RLIMIT_NOFILE (soft) that the highest descriptor needs */
  uint64_t kernel;           /* features that the kernel must have: bits in the order of kernel_features.h */
  int32_t dumped_pid;
  int32_t message_fd; /* descriptor that becomes the restore message, see PLAN_FD_MESSAGE; -1: none */
  struct plan_layout layout;
  struct plan_section sections[PLAN_SECTIONS];
};

/* An object is what an area maps or a descriptor refers to. Each descriptor of kind OPEN is an open file description of its own,
 * of the same object. */
enum plan_object_kind {
  PLAN_OBJECT_PATH,    /* a file, folder, device of the file system: name is its absolute path */
  PLAN_OBJECT_IMAGE,   /* a read-only file of the image folder: name is relative to it ("memory", "file-3") */
  PLAN_OBJECT_MEMFD,   /* fresh memory: memfd_create(name), size bytes, filled by the FILLS that name this object */
  PLAN_OBJECT_ANON,    /* shared anonymous memory: as MEMFD, but nameless: mappings only */
  PLAN_OBJECT_PERFDATA /* /tmp/hsperfdata_USER/PID of the new process, size bytes, filled by FILLS; where the file can't be
                           made, memory that nobody else sees */
};
struct plan_object {
  uint32_t kind;
  uint32_t name;       /* string; PLAN_NONE for ANON and PERFDATA */
  uint32_t open_flags; /* O_RDONLY, O_WRONLY or O_RDWR for mappings */
  uint32_t mode;       /* st_mode & S_IFMT for PATH: the type that is expected; F_SEAL_... for MEMFD */
  uint64_t size;       /* MEMFD, ANON, PERFDATA; IMAGE: bytes of the file, 0: not known */
};

enum { PLAN_CHECK_CONTENT = 1 }; /* flags: size and crc must match (else: it only has to exist) */
struct plan_check {
  uint32_t name; /* string: absolute path, or the name of a file of the image folder */
  uint32_t flags;
  uint64_t size;
  int64_t mtime_sec; /* same size and mtime: unchanged; same size, other mtime: crc decides */
  uint32_t mtime_nsec;
  uint32_t crc; /* CRC-32C of the content */
};

/* Files that live on outside of the image, in the state in which they were when all threads had stopped. */
enum plan_outside_kind {
  PLAN_OUTSIDE_READ,    /* the application relies on the content that it has read */
  PLAN_OUTSIDE_WRITTEN, /* state of the application: the image is too old if it has changed */
  PLAN_OUTSIDE_FOLDER,  /* size: number of names that count; crc: sum of the CRC-32C of each */
  PLAN_OUTSIDE_EXEMPT   /* a name that does not count: nothing else is compared */
};
enum plan_outside_flag {
  PLAN_OUTSIDE_CONTENT = 1,  /* READ, WRITTEN: crc is set, and decides if only the time differs */
  PLAN_OUTSIDE_WARN = 2,     /* READ: a change only causes a warning */
  PLAN_OUTSIDE_ABSENT = 8,   /* READ: the file did not exist */
  PLAN_OUTSIDE_BEGINNING = 4 /* EXEMPT: other names with this beginning do not count either */
};
struct plan_outside {
  uint32_t name; /* string: absolute path */
  uint16_t kind, flags;
  uint64_t size;
  int64_t mtime_sec;
  uint32_t mtime_nsec;
  uint32_t crc;
};

/* Folders and temporary files that the application has made for itself. A start makes those again that are not there. */
enum plan_made_kind { PLAN_MADE_FOLDER, PLAN_MADE_FILE };
enum plan_made_flag {
  PLAN_MADE_TEMPORARY = 1, /* it belongs to one user: nobody else may have made it */
  PLAN_MADE_EMPTY = 2,     /* FOLDER: there was no file in it or below it */
  PLAN_MADE_WARN = 4       /* if it can't be made, a line says so, and the application is restored */
};
struct plan_made {
  uint32_t name; /* string: absolute path. A folder comes before what is in it */
  uint16_t kind, flags;
  uint32_t mode;     /* permissions */
  uint32_t content;  /* FILE: string: name of a file of the image; PLAN_NONE: the image does not have it */
  int64_t mtime_sec; /* FILE: the time of the last change */
  uint32_t mtime_nsec;
  uint32_t padding;
};

/* Settings with which the application was configured at the checkpoint, without values. */
enum plan_setting_kind { PLAN_SETTING_VARIABLE, PLAN_SETTING_PROPERTY, PLAN_SETTING_ARGUMENTS };
enum plan_setting_use {
  PLAN_SETTING_NONE,
  PLAN_SETTING_READ,
  PLAN_SETTING_SEEN,   /* read together with all the others */
  PLAN_SETTING_REREAD, /* read again after a restore: the name is a pattern, in which * stands for any text */
  /* Where the application listens: crc is the port. For ARGUMENTS the name is the beginning of one, and the first counts. */
  PLAN_SETTING_PORT,
  PLAN_SETTING_FIXED /* must not differ if it was read: the name is a pattern */
};
struct plan_setting {
  uint32_t name; /* string; PLAN_NONE for ARGUMENTS, except those of a PORT */
  uint16_t kind, use;
  uint32_t crc; /* CRC-32C of the value; of all arguments, each with its NUL byte */
};
enum plan_miss_kind { PLAN_MISS_VARIABLE, PLAN_MISS_PROPERTY, PLAN_MISS_ALL_VARIABLES };
struct plan_miss {
  uint32_t kind;
  uint32_t hash; /* of the name: each byte is added to 31 times the value so far; 0 for ALL_VARIABLES */
};

enum plan_area_flag {
  PLAN_AREA_SHARED = 1,    /* MAP_SHARED, else MAP_PRIVATE */
  PLAN_AREA_GROWSDOWN = 2, /* MAP_GROWSDOWN */
  PLAN_AREA_NORESERVE = 4, /* MAP_NORESERVE */
  PLAN_AREA_STACK = 8,     /* MAP_STACK */
  PLAN_AREA_LOCKED = 16,   /* by mlock */
  PLAN_AREA_DROPPABLE = 32 /* MAP_DROPPABLE in place of MAP_PRIVATE */
};
enum plan_advice { /* advice: bits; each is one madvise */
                   PLAN_ADVICE_HUGEPAGE = 1,
                   PLAN_ADVICE_NOHUGEPAGE = 2,
                   PLAN_ADVICE_DONTFORK = 4,
                   PLAN_ADVICE_DONTDUMP = 8,
                   PLAN_ADVICE_SEQUENTIAL = 16,
                   PLAN_ADVICE_RANDOM = 32,
                   PLAN_ADVICE_MERGEABLE = 64,
                   PLAN_ADVICE_WIPEONFORK = 128,
                   PLAN_ADVICE_GUARD = 256 /* MADV_GUARD_INSTALL */
};
struct plan_area {
  uint64_t start;  /* page-aligned */
  uint64_t length; /* bytes, whole pages */
  uint64_t offset; /* into the object */
  uint32_t object; /* index, or PLAN_NONE for private anonymous memory */
  uint32_t prot;   /* PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4; within PLAN_PROT of the processor */
  uint32_t flags;
  uint32_t advice;
};

struct plan_copy {
  uint64_t start, length; /* whole pages inside private areas that are anonymous */
  uint64_t offset;        /* into the memory file */
};
struct plan_fill {
  uint32_t object, pad;
  uint64_t at;     /* offset in the object */
  uint64_t length; /* bytes */
  uint64_t offset; /* into the memory file */
};

#define PLAN_LOG 01000 /* above the permissions */

enum plan_descriptor_kind {
  PLAN_FD_OPEN,
  PLAN_FD_DUP,
  PLAN_FD_PIPE,
  PLAN_FD_EVENTFD,
  PLAN_FD_EPOLL,
  PLAN_FD_TIMERFD,
  PLAN_FD_SIGNALFD,
  PLAN_FD_INOTIFY,
  PLAN_FD_SOCKET,
  PLAN_FD_PAIR,
  PLAN_FD_MESSAGE /* a read-only memfd with the restore message: see struct plan_header.message_fd */
};
enum plan_socket_state {
  PLAN_SOCKET_NEW, /* neither bound nor connected; also a connection that the other side has ended, or a server had accepted */
  PLAN_SOCKET_BOUND,
  PLAN_SOCKET_LISTENING,
  PLAN_SOCKET_CONNECTED, /* of datagrams; its own address has family 0 if the kernel chose it */
  PLAN_SOCKET_RESET      /* a connection that the application had opened, dropped at the dump */
};
/* All kinds have number, kind and flags. The further fields of a kind are in the member of its name. */
struct plan_descriptor {
  union {
    struct {
      int32_t number; /* 3 or more */
      uint32_t kind;
      uint32_t flags; /* O_CLOEXEC as O_CLOEXEC; O_NONBLOCK and other status flags to set */
    };
    struct {
      uint32_t head[3];
      uint32_t object; /* index */
      uint32_t pad;
      uint32_t file_flags; /* access mode, O_APPEND, O_NONBLOCK, O_DIRECTORY … */
      /* 0, or PLAN_LOG | permissions for a new file. Such a file is written only at its end, so the position becomes its present
       * end. If it is gone, it is made again. */
      int32_t log;
      uint32_t pad2;
      uint64_t position;
    } open;
    struct {
      uint32_t head[3];
      uint32_t pad[2];
      int32_t original; /* a smaller number with the same open file description; 0, 1, 2: the launcher's, closed if that is */
    } dup;
    /* The pipe is created at its first end. An end that is missing is closed. */
    struct {
      uint32_t head[3];
      uint32_t unread_length; /* the same for both ends, as is the next */
      uint32_t unread;        /* offset in STRINGS of the data that nobody has read yet, or PLAN_NONE */
      int32_t pipe;           /* its number, shared by its ends */
      int32_t end;            /* 0 read end, 1 write end */
      uint32_t pad;
      uint64_t capacity; /* bytes */
    } pipe;
    struct {
      uint32_t head[3];
      uint32_t pad[2];
      int32_t semaphore; /* EFD_SEMAPHORE or 0 */
      uint32_t pad2[2];
      uint64_t counter;
    } eventfd;
    struct {
      uint32_t head[3];
      uint32_t pad;
      uint32_t times; /* offset in STRINGS of 4 8-byte words: time left (sec, nsec) and interval (sec, nsec) */
      int32_t clock;
    } timerfd;
    struct {
      uint32_t head[3];
      uint32_t pad[5];
      uint64_t mask;
    } signalfd;
    struct {
      uint32_t head[3];
      uint32_t address_length;
      uint32_t address; /* offset in STRINGS of sockaddr bytes, or PLAN_NONE; CONNECTED: the peer's, then this socket's, which are
                           equally long */
      uint8_t family, type;
      uint16_t protocol;
      int32_t state; /* enum plan_socket_state */
      uint32_t pad;
      union {
        uint64_t backlog;  /* LISTENING */
        uint64_t shutdown; /* else: bits */
      };
    } socket;
    /* One end of a socketpair. If the other end is missing, it is closed. */
    struct {
      uint32_t head[3];
      uint32_t unread_length;
      uint32_t unread; /* offset in STRINGS of the data that this end has received and not read, or PLAN_NONE */
      int32_t type;
      int32_t pair; /* its number, shared by both ends */
      uint32_t pad;
      uint64_t shutdown; /* bits */
    } pair;
  };
};
struct plan_option {
  int32_t fd;
  int32_t level, name;
  int32_t value;
};
struct plan_watch {
  int32_t epoll, fd;
  uint32_t events, pad;
  uint64_t data;
};
struct plan_inotify {
  int32_t fd, wd;
  uint32_t mask;
  uint32_t name; /* string: absolute path */
};
enum plan_lock_kind { PLAN_LOCK_POSIX, PLAN_LOCK_FLOCK, PLAN_LOCK_OFD };
struct plan_lock {
  int32_t fd;
  uint32_t kind;
  uint32_t exclusive, pad; /* 1 exclusive, 0 shared */
  uint64_t start, length;  /* length 0: to the end */
};
struct plan_signal {
  uint64_t number, handler, flags, restorer, mask; /* as struct kernel_sigaction */
};

/* A thread: everything that CRIU recorded about it and that the restorer needs. */
struct plan_thread {
  int32_t tid;
  uint32_t rseq_length;
  uint64_t clear_tid_address;
  uint64_t robust_list, robust_length;
  struct plan_bases bases;
  uint64_t rseq_address;
  uint32_t rseq_signature, pad;
  char name[16];
  uint64_t signal_mask;
  uint64_t stack_address, stack_size; /* alternate signal stack */
  uint32_t stack_flags, pad2;
  struct plan_registers registers;
};

/* Functions of the vDSO, by name. The stub at the dumped address leads to the running kernel's function. */
enum plan_vdso_function {
  PLAN_VDSO_CLOCK_GETTIME,
  PLAN_VDSO_GETTIMEOFDAY,
  PLAN_VDSO_TIME,
  PLAN_VDSO_CLOCK_GETRES,
  PLAN_VDSO_GETCPU,
  PLAN_VDSO_GETRANDOM,
  PLAN_VDSO_RT_SIGRETURN, /* signal handlers return there; not every processor's vDSO has it */
  PLAN_VDSO_FUNCTIONS
};
struct plan_stub {
  uint64_t address; /* between vdso_start and vdso_end */
  uint64_t function;
};
struct plan_deadline {
  uint64_t address; /* of a struct timespec, in the time of the kernel that the process was dumped on */
  uint32_t clock, pad;
};

/* The arguments of a wrapped function: which one is the absolute time, and which clock it refers to. */
enum plan_wait {
  PLAN_WAIT_TIMED,           /* (object, object, time): in a clock that the object knows */
  PLAN_WAIT_CLOCK,           /* (object, clock, time) */
  PLAN_WAIT_CLOCK_LATER,     /* (object, object, clock, time) */
  PLAN_WAIT_NANOSLEEP,       /* (clock, flags, time) */
  PLAN_WAIT_TIMERFD_SETTIME, /* (descriptor, flags, times) */
  PLAN_WAIT_TIMER_SETTIME,   /* (timer, flags, times) */
  PLAN_WAIT_SYSCALL,         /* (number, …) */
  PLAN_WAITS
};
struct plan_word {
  uint64_t address;
  uint64_t value;
};
struct plan_function {
  uint64_t address; /* the C library's function, as its file says: the process's memory may name an earlier wrapper */
  uint32_t wait, pad;
};
struct plan_slot {
  uint64_t address;  /* of an 8-byte word: a GOT entry, a pointer, or the value of a dynamic symbol */
  uint64_t base;     /* the word is the wrapper's address minus this: 0, or the library's load address for symbols */
  uint32_t function; /* index into FUNCTIONS; the wrapper's index, too */
  uint32_t prot;     /* protection of its page after the change */
};

#define PLAN_KEPT_MAGIC "CRJVMKPT"
enum { PLAN_KEPT_FUNCTIONS = 64, PLAN_KEPT_STUBS = 8 };
struct kept_record {
  char magic[8];
  uint32_t version; /* 1 */
  uint32_t function_count;
  int64_t monotonic_offset; /* nanoseconds to add to the kernel's clock */
  int64_t boottime_offset;
  uint64_t vdso_start, vdso_end;   /* the place of vvar and vDSO in the process that was started normally */
  uint64_t stubs[PLAN_KEPT_STUBS]; /* functions there, by enum plan_vdso_function; 0: none */
  struct plan_function functions[PLAN_KEPT_FUNCTIONS];
};
struct plan_tid {
  uint64_t address; /* of a 4-byte word, whose highest bit stays */
  uint32_t thread;  /* index into THREADS */
  uint32_t pad;
};

/* Pages that a trial restore has recorded. They would also come one fault at a time. Populating the written ones while the
 * application starts, and reading all of them ahead, only saves time. */
enum plan_use { PLAN_USE_WRITE, PLAN_USE_READ, PLAN_USES };
struct plan_working_set {
  uint64_t start; /* page-aligned */
  uint32_t pages, use;
};

#endif
